/// A sink without its element type: opens a writer and returns the port in front of it.
@usableFromInline
struct SinkBody: Sendable {
    let delivery: DeliveryGuarantee
    /// Whether the sink repeats calls that fail.
    let repeatsCalls: Bool
    let open: @Sendable (OperatorContext, SinkInstance) async throws -> OpenSink

    @inlinable
    init<S: Sink>(_ sink: S) {
        self.init(delivery: sink.delivery, repeatsCalls: sink is any RepeatsCalls) {
            context, instance in
            let box = SinkBox(try await sink.openWriter(for: instance, context), context: context)
            return OpenSink(box)
        }
    }

    @inlinable
    init<S: Sink>(transactional sink: S) where S.Writer: TransactionalSinkWriter {
        self.init(delivery: sink.delivery, repeatsCalls: sink is any RepeatsCalls) {
            context, instance in
            let box = SinkBox(try await sink.openWriter(for: instance, context), context: context)
            var open = OpenSink(box)
            let transactions = SinkTransactions<S.Writer.Transaction>()
            open.prepare = { try await box.prepare($0, transactions) }
            open.commit = { try await box.commit($0, transactions) }
            open.recover = { try await box.recover($0) }
            return open
        }
    }

    @usableFromInline
    init(
        delivery: DeliveryGuarantee, repeatsCalls: Bool,
        open: @escaping @Sendable (OperatorContext, SinkInstance) async throws -> OpenSink
    ) {
        self.delivery = delivery
        self.repeatsCalls = repeatsCalls
        self.open = open
    }
}

extension Sink {
    /// The writer; an error names the sink.
    @inlinable
    func openWriter(for instance: SinkInstance, _ context: OperatorContext) async throws -> Writer {
        do { return try await writer(for: instance) } catch { throw context.named(error) }
    }
}

/// A sink that repeats calls that fail, so that only its own can be made to fail.
@usableFromInline
protocol RepeatsCalls {}

/// A sink's port and what the worker does with it between messages.
@usableFromInline
struct OpenSink {
    let port: Any
    let isFull: () -> Bool
    let flush: () async throws -> Void
    let close: () async throws -> Void
    /// What a checkpoint asks of it; by default to hand over what it has kept.
    @usableFromInline var prepare: (UInt64) async throws -> CapturedState?
    @usableFromInline var commit: (UInt64) async throws -> Void = { _ in }
    @usableFromInline var recover: ([RestoredState]) async throws -> Void = { _ in }

    @inlinable
    init<Writer: SinkWriter & ~Copyable>(_ box: SinkBox<Writer>) {
        self.init(
            port: Port<Writer.Element>(
                batch: { try box.receive(&$0) }, signal: { try box.signal($0) }),
            isFull: { box.writer.isFull }, flush: { try await box.flush() },
            close: { try await box.close() },
            prepare: { _ in
                try await box.flush()
                return nil
            })
    }

    @usableFromInline
    init(
        port: Any, isFull: @escaping () -> Bool, flush: @escaping () async throws -> Void,
        close: @escaping () async throws -> Void,
        prepare: @escaping (UInt64) async throws -> CapturedState?
    ) {
        self.port = port
        self.isFull = isFull
        self.flush = flush
        self.close = close
        self.prepare = prepare
    }
}

/// The transactions that have been prepared and not been committed, in order.
@usableFromInline
final class SinkTransactions<Transaction: Sendable> {
    @usableFromInline var pending: [(checkpoint: UInt64, transaction: Transaction)] = []

    @usableFromInline init() {}
}

/// Holds a writer in a worker's chain.
@usableFromInline
final class SinkBox<Writer: SinkWriter & ~Copyable> {
    @usableFromInline var writer: Writer
    @usableFromInline let context: OperatorContext

    @inlinable
    init(_ writer: consuming Writer, context: OperatorContext) {
        self.writer = writer
        self.context = context
    }

    @inlinable
    func receive(_ batch: inout Batch<Writer.Element>) throws {
        context.counters.received &+= batch.count
        do { try writer.write(&batch) } catch { throw context.named(error) }
        if writer.isFull { context.worker.isFull = true }
    }

    @inlinable
    func signal(_ signal: Signal) throws {
        guard case .watermark(let watermark) = signal else { return }
        context.lastWatermark = watermark
        do { try writer.advance(to: watermark) } catch { throw context.named(error) }
    }

    @inlinable
    func flush() async throws {
        do { try await writer.flush() } catch { throw context.named(error) }
    }

    @inlinable
    func close() async throws {
        do { try await writer.close() } catch { throw context.named(error) }
    }
}

extension SinkBox where Writer: TransactionalSinkWriter & ~Copyable {
    /// Ends a transaction; the checkpoint holds all that may have to be committed after a crash.
    @inlinable
    func prepare(
        _ checkpoint: UInt64, _ transactions: SinkTransactions<Writer.Transaction>
    ) async throws -> CapturedState? {
        do {
            let transaction = try await writer.prepare(checkpoint: checkpoint)
            transactions.pending.append((checkpoint, transaction))
        } catch { throw context.named(error) }
        let pending = transactions.pending.map(\.transaction)
        return CapturedState(
            name: context.name, kind: .sink, instance: context.index,
            watermark: context.lastWatermark, keyCount: pending.count, snapshot: pending,
            encode: { try $0.write(value: pending) })
    }

    /// Publishes what a checkpoint and those before it cover.
    @inlinable
    func commit(
        _ checkpoint: UInt64, _ transactions: SinkTransactions<Writer.Transaction>
    ) async throws {
        while let first = transactions.pending.first, first.checkpoint <= checkpoint {
            do { try await writer.commit(first.transaction) } catch { throw context.named(error) }
            transactions.pending.removeFirst()
        }
    }

    @inlinable
    func recover(_ states: [RestoredState]) async throws {
        do {
            let transactions = try states.flatMap {
                try $0.snapshot(as: [Writer.Transaction].self, owning: context.ownership)
            }
            try await writer.recover(transactions)
        } catch { throw context.named(error) }
    }
}

extension DataStream {
    /// Ends this stream in a sink.
    ///
    /// - Parameters:
    ///   - name: The sink's name, unique in the topology.
    ///   - parallelism: How many writers are opened; one by default, so a file or closure sees all results
    ///     from one task.
    @inlinable
    public func sink<S: Sink>(_ sink: S, name: String? = nil, parallelism: Int = 1)
    where S.Element == Element {
        end(in: SinkBody(sink), label: sink.label, name: name, parallelism: parallelism)
    }

    /// Ends this stream in a sink that publishes each result once, where the topology takes checkpoints.
    @inlinable
    public func sink<S: Sink>(_ sink: S, name: String? = nil, parallelism: Int = 1)
    where S.Element == Element, S.Writer: TransactionalSinkWriter {
        end(
            in: SinkBody(transactional: sink), label: sink.label, name: name,
            parallelism: parallelism)
    }

    @usableFromInline
    func end(in body: SinkBody, label: String, name: String?, parallelism: Int) {
        let id = flow.add(
            "sink", name: name, label: "sink \(label)", inputs: [LogicalEdge(origin: origin)],
            outputs: [], body: .sink(body))
        flow.setParallelism(parallelism, of: id)
    }
}
