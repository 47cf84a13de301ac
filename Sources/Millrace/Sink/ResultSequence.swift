import Synchronization

/// The results of a running topology as an asynchronous sequence, for whoever consumes them in the same
/// program: a user interface, a connection, a test.
///
/// ```swift
/// let rankings = ResultSequence<Ranking>()
/// let topology = try Topology("trending") { flow in
///     trending(clicks(flow)).sink(.asyncSequence(into: rankings))
/// }
/// try await topology.run(consuming: rankings) { rankings in
///     for try await ranking in rankings { await send(ranking) }
/// }
/// ```
/// A slow consumer slows the topology down: the sink waits while ``capacity`` results have not been taken.
/// Besides those, there are at most the batch that made them full, and the results that an iterator has
/// taken and not given out, as many again. Results of parallel writers come in the order in which they were
/// written. Two iterators share the results between them.
///
/// The sequence belongs to one run at a time. It ends when all writers have closed, and throws
/// `CancellationError` when the topology fails or is cancelled.
public final class ResultSequence<Element: Sendable>: Sendable, AsyncSequence {
    /// What both sides see.
    struct State {
        var results = Batch<Element>()
        /// How many writers have opened.
        var openedCount = 0
        /// How many will not write any more.
        var closedCount = 0
        /// How many writers there will be, once one has opened.
        var writerCount: Int?
        var consumer = Consumer.absent
        /// Everybody who waits: few, so each change wakes all of them to look again.
        var waiting: [CheckedContinuation<Void, Never>] = []

        /// Whether nothing will be added.
        var hasEnded: Bool { writerCount == closedCount }
    }

    /// How far the one who reads has come.
    enum Consumer: Equatable {
        /// There is none, so writing would wait for ever.
        case absent
        case reading
        /// It has been told that the sequence has ended.
        case atEnd
        /// It has returned.
        case done
    }

    /// How many results may wait for the consumer.
    public let capacity: Int
    let state = Mutex(State())

    /// - Parameter capacity: How many results may wait for the consumer; at least 1.
    public init(capacity: Int = 1024) {
        precondition(capacity > 0, "a sequence of results needs room for one")
        self.capacity = capacity
    }

    public func makeAsyncIterator() -> Iterator { Iterator(sequence: self) }

    /// Iterates results one by one; waits once per batch.
    public struct Iterator: AsyncIteratorProtocol {
        let sequence: ResultSequence
        private var results = Batch<Element>()
        private var next = 0

        init(sequence: ResultSequence) { self.sequence = sequence }

        /// The next result; `nil` once the topology has ended.
        /// - Throws: `CancellationError` when the topology fails or is cancelled.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws -> Element? {
            if next == results.count {
                results = try await sequence.take()
                next = 0
                if results.isEmpty { return nil }
            }
            defer { next += 1 }
            return results.elements[next]
        }

        /// The results that wait, at least one, with their event times; `nil` once the topology has ended.
        /// - Throws: `CancellationError` when the topology fails or is cancelled.
        public mutating func nextBatch(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws -> Batch<Element>? {
            if next > 0 {
                results.elements.removeFirst(next)
                results.timestamps.removeFirst(next)
                next = 0
            }
            let batch = results.isEmpty ? try await sequence.take() : results
            results = Batch()
            return batch.isEmpty ? nil : batch
        }
    }
}
