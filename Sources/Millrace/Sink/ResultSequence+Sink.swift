import Synchronization

/// Writes to a ``ResultSequence``, and waits for its consumer when it is full.
public struct ResultSequenceSink<Element: Sendable>: Sink {
    let results: ResultSequence<Element>

    public var label: String { "asynchronous sequence" }

    /// - Throws: ``StreamError`` with code `invalidTopology` if the topology is not run with a consumer of
    ///   the sequence, or another sink writes to it.
    public func writer(for instance: SinkInstance) throws -> Writer {
        try results.open(of: instance.parallelism)
        return Writer(results: results)
    }

    /// Writes for one instance.
    public struct Writer: SinkWriter {
        let results: ResultSequence<Element>

        public mutating func write(_ batch: inout Batch<Element>) { results.write(batch) }

        public var isFull: Bool { results.isFull }

        public mutating func flush() async throws { try await results.waitForRoom() }

        public mutating func close() async throws { try await results.close() }
    }
}

extension Sink {
    /// An asynchronous sequence, which is consumed while the topology runs; see
    /// ``Topology/run(_:consuming:_:)``.
    public static func asyncSequence<Element: Sendable>(
        into results: ResultSequence<Element>
    ) -> Self where Self == ResultSequenceSink<Element> { ResultSequenceSink(results: results) }
}

extension Topology {
    /// Runs the topology and, beside it, `body`, which iterates the results of one of its sinks.
    ///
    /// When the topology has ended, the sequence ends, and `body` may take its time to return. When `body`
    /// returns before it has seen the end, or throws, the topology is cancelled and waited for. When the
    /// topology fails, `body`'s task is cancelled, so the iteration throws `CancellationError`, and the
    /// topology's error comes out of here.
    ///
    /// - Returns: What `body` returns.
    /// - Throws: ``StreamError`` naming the operator; what `body` throws; `CancellationError` if the task is
    ///   cancelled.
    @discardableResult
    public func run<Element: Sendable, Value: Sendable>(
        _ options: RunOptions = RunOptions(), consuming results: ResultSequence<Element>,
        _ body: @escaping @Sendable (ResultSequence<Element>) async throws -> Value
    ) async throws -> Value {
        try results.beginRun()
        defer { results.endRun() }
        let value = Mutex<Value?>(nil)
        do {
            try await run(options) { _ in
                do {
                    let result = try await body(results)
                    value.withLock { $0 = result }
                } catch {
                    throw ConsumerStopped(error: error)
                }
                if !results.consumerReturned() { throw ConsumerStopped(error: nil) }
            }
        } catch let stop as ConsumerStopped {
            if let error = stop.error, results.isConnected || Task.isCancelled { throw error }
        }
        guard let result = value.withLock({ $0 }) else {
            throw StreamError(.invalidTopology, "no sink writes to the results that are consumed")
        }
        return result
    }
}

/// The consumer wants no more results; it never leaves the call that runs the topology.
private struct ConsumerStopped: Error {
    /// What the consumer has thrown.
    let error: (any Error)?
}
