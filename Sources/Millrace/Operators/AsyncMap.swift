extension DataStream {
    /// Each element turned into another by an asynchronous call: a look-up, a request, a model.
    ///
    /// Up to `concurrency` calls of each parallel instance run at a time, as tasks of the topology's scope;
    /// beyond that the stream waits. What has not come out at a checkpoint is in it, and is called again after a
    /// restart: calls happen at least once. The result carries its element's event time. A watermark waits for the
    /// calls of all elements before it.
    ///
    /// - Parameters:
    ///   - concurrency: How many calls run at a time.
    ///   - ordered: Whether results come out in the order of their elements, or as they are ready.
    ///   - timeout: How long a call may take; each attempt, if there are several.
    ///   - retry: How often a call that has failed is made again, and when. The run's clock measures the
    ///     delays. A call that waits for its next attempt counts as one of `concurrency`.
    ///   - circuit: When calls are no longer tried, in each parallel instance.
    ///   - transform: The call. An element for which it throws, or takes too long
    ///     (``StreamError/Code/timedOut``), is rejected by the operator's error policy. It is cancelled
    ///     with the topology.
    @inlinable
    public func asyncMap<Output: Sendable>(
        concurrency: Int, ordered: Bool = true, timeout: Duration? = nil,
        retry: RetryPolicy? = nil, circuit: CircuitBreaker? = nil, name: String? = nil,
        _ transform: @escaping @Sendable (Element) async throws -> Output
    ) -> DataStream<Output> {
        let stream = chained("asyncMap", name: name, isStateful: true, as: Output.self) {
            context, port in
            AsyncMapOperator.port(
                concurrency: concurrency, ordered: ordered,
                calls: AsyncCalls(
                    timeout: timeout, retry: retry, circuit: circuit, context: context),
                context: context, to: port, transform)
        }
        if concurrency < 1 { flow.refuse(stream.name, "the concurrency must be at least 1") }
        return stream
    }
}

/// Starts a call per element and emits the results.
@usableFromInline
struct AsyncMapOperator<Input: Sendable, Output: Sendable>: Operator {
    @usableFromInline typealias Transform = @Sendable (Input) async throws -> Output

    private struct Entry {
        var element: Input
        var timestamp: Timestamp
        var result: Result<Output, any Error>?
    }

    private let concurrency: Int
    private let ordered: Bool
    private let calls: AsyncCalls
    private let transform: Transform
    /// Hands a call's result back, on the worker's task.
    private let complete: @Sendable (Worker, Int, Result<Output, any Error>) -> Void
    /// The calls in the order of their elements; what has been emitted is taken from the front.
    private var entries: [Int: Entry] = [:]
    private var nextNumber = 0
    private var nextToStart = 0
    private var nextToEmit = 0
    private var running = 0

    private init(
        concurrency: Int, ordered: Bool, calls: AsyncCalls, transform: @escaping Transform,
        complete: @escaping @Sendable (Worker, Int, Result<Output, any Error>) -> Void
    ) {
        self.concurrency = concurrency
        self.ordered = ordered
        self.calls = calls
        self.transform = transform
        self.complete = complete
    }

    /// The port in front of the operator, which reaches itself again when a call has ended.
    @usableFromInline
    static func port(
        concurrency: Int, ordered: Bool, calls: AsyncCalls, context: OperatorContext,
        to port: Port<Output>, _ transform: @escaping Transform
    ) -> Port<Input> {
        let key = context.worker.callHandlers.count
        let op = AsyncMapOperator(
            concurrency: concurrency, ordered: ordered, calls: calls, transform: transform
        ) { worker, number, result in
            worker.context.callHandlers[key](number, result)
        }
        let box = OperatorBox(op, context: context, port: port)
        box.resume = { [unowned box] in try box.work() }
        context.worker.handles.append(OperatorHandle(box))
        context.worker.callHandlers.append { [unowned box] number, result in
            guard let result = result as? Result<Output, any Error> else { return }
            do {
                try box.op.finish(number, result, output: &box.output)
                try box.output.flush()
                try context.flushSides()
            } catch {
                context.worker.failure = context.named(error)
            }
        }
        context.worker.backlogs.append { [unowned box] in box.op.mustWait }
        context.worker.beginnings.append { [unowned box] in box.op.startCalls(context) }
        return Port(batch: { try box.receive(&$0) }, signal: { try box.signal($0) })
    }

    /// Whether elements wait for a call to begin.
    private var mustWait: Bool { nextToStart < nextNumber }

    @usableFromInline
    mutating func process(_ batch: inout Batch<Input>, into output: inout Emitter<Output>) throws {
        for index in 0..<batch.count {
            entries[nextNumber] = Entry(
                element: batch.elements[index], timestamp: batch.timestamps[index])
            nextNumber += 1
        }
        startCalls(output.context)
    }

    private mutating func startCalls(_ context: OperatorContext) {
        while running < concurrency, nextToStart < nextNumber {
            guard let element = entries[nextToStart]?.element else { break }
            let number = nextToStart
            let (transform, calls, complete) = (transform, calls, complete)
            nextToStart += 1
            running += 1
            context.worker.calls.append { inbox in
                let result: Result<Output, any Error>
                do {
                    result = .success(
                        try await calls.call(number) { try await transform(element) })
                } catch {
                    result = .failure(error)
                }
                _ = inbox.post { worker in complete(worker, number, result) }
            }
        }
    }

    private mutating func finish(
        _ number: Int, _ result: Result<Output, any Error>, output: inout Emitter<Output>
    ) throws {
        running -= 1
        entries[number]?.result = result
        if ordered {
            while let entry = entries[nextToEmit], let result = entry.result {
                entries[nextToEmit] = nil
                nextToEmit += 1
                try emit(entry, result, output: &output)
            }
        } else if let entry = entries.removeValue(forKey: number) {
            try emit(entry, result, output: &output)
        }
        startCalls(output.context)
    }

    private func emit(
        _ entry: Entry, _ result: Result<Output, any Error>, output: inout Emitter<Output>
    ) throws {
        switch result {
        case .success(let made): try output.emit(made, at: entry.timestamp)
        case .failure(let error):
            try output.context.reject(entry.element, at: entry.timestamp, because: error)
        }
    }

    /// A watermark waits for the calls before it.
    @usableFromInline
    mutating func advance(
        to watermark: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress {
        if entries.isEmpty { return .done }
        output.context.worker.awaitsCalls = true
        return .more
    }

    @usableFromInline var bufferedCount: Int { entries.count }

    /// The elements whose results have not come out, in order: after a restart they are called again.
    @usableFromInline
    mutating func snapshot() -> [TimedElement<Input>] {
        entries.sorted { $0.key < $1.key }.map {
            TimedElement(element: $0.value.element, timestamp: $0.value.timestamp)
        }
    }

    @usableFromInline
    mutating func restore(
        _ snapshots: [[TimedElement<Input>]], owning groups: GroupOwnership
    ) throws {
        // Elements belong to no key: the first instance takes over what all of them had begun.
        guard groups.range.lowerBound == 0 else { return }
        for timed in snapshots.joined() {
            entries[nextNumber] = Entry(element: timed.element, timestamp: timed.timestamp)
            nextNumber += 1
        }
    }
}
