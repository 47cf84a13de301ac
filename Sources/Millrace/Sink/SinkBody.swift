/// A sink without its element type: opens a writer and returns the port in front of it.
@usableFromInline
struct SinkBody: Sendable {
    let delivery: DeliveryGuarantee
    let open: @Sendable (OperatorContext) async throws -> OpenSink

    @inlinable
    init<S: Sink>(_ sink: S) {
        self.init(delivery: sink.delivery) { context in
            let writer = try await sink.writer(
                instance: context.index, of: context.parallelism)
            let box = SinkBox(writer, context: context)
            let port = Port<S.Element>(
                batch: { try box.receive(&$0) }, signal: { try box.signal($0) })
            return OpenSink(
                port: port, isFull: { box.writer.isFull }, flush: { try await box.flush() },
                close: { try await box.close() })
        }
    }

    @usableFromInline
    init(
        delivery: DeliveryGuarantee,
        open: @escaping @Sendable (OperatorContext) async throws -> OpenSink
    ) {
        self.delivery = delivery
        self.open = open
    }
}

/// A sink's port and what the worker does with it between messages.
@usableFromInline
struct OpenSink {
    let port: Any
    let isFull: () -> Bool
    let flush: () async throws -> Void
    let close: () async throws -> Void

    @usableFromInline
    init(
        port: Any, isFull: @escaping () -> Bool, flush: @escaping () async throws -> Void,
        close: @escaping () async throws -> Void
    ) {
        self.port = port
        self.isFull = isFull
        self.flush = flush
        self.close = close
    }
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
        let id = flow.add(
            "sink", name: name, label: "sink \(sink.label)",
            inputs: [LogicalEdge(origin: origin)], outputs: [],
            body: .sink(SinkBody(sink)))
        flow.setParallelism(parallelism, of: id)
    }
}
