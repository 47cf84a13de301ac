/// Reads an asynchronous sequence: a socket, a timer, a stream of a library.
///
/// A task of the topology's scope iterates the sequence ahead of the reader, by at most 1,024 elements; then
/// it waits. An error of the sequence fails the topology by the source's name. A sequence cannot be read
/// again: a run begins where the sequence is.
public struct AsyncSequenceSource<Base: AsyncSequence & Sendable>: Source
where Base.Element: Sendable {
    public typealias Element = Base.Element
    let base: Base

    public var label: String { "asynchronous sequence" }

    public func splits(preferred: Int) -> [SourceSplit] { [SourceSplit(id: "0")] }

    public func reader(for split: SourceSplit, from position: SourcePosition?) -> Reader {
        Reader(base: base)
    }

    /// Takes what the task has read ahead.
    public struct Reader: SourceReader {
        let base: Base
        private let handoff = Handoff<Element>(capacity: 1024)
        private var count: Int64 = 0

        init(base: Base) { self.base = base }

        public mutating func read(
            into batch: inout Batch<Element>, limit: Int,
            reject: (String, StreamError) throws -> Void
        ) throws -> SourceStatus {
            batch.removeAll()
            let (elements, status) = try handoff.take(limit)
            for element in elements { batch.append(element, at: .none) }
            count += Int64(elements.count)
            return status
        }

        public mutating func waitForMore(
            atMost limit: Duration, by clock: TimeSource
        ) async throws {
            // Short enough to be prompt, long enough to cost nothing.
            try await clock.sleep(for: min(limit, .milliseconds(2)))
        }

        public var companion: (@Sendable () async -> Void)? {
            { [base, handoff] in
                do {
                    for try await element in base { try await handoff.send(element) }
                    handoff.finish(nil)
                } catch {
                    handoff.finish(error)
                }
            }
        }

        public var position: SourcePosition { SourcePosition(offset: count) }
    }
}

extension Source {
    /// The elements of an asynchronous sequence, as they come.
    public static func asyncSequence<Base: AsyncSequence & Sendable>(_ base: Base) -> Self
    where Self == AsyncSequenceSource<Base>, Base.Element: Sendable {
        AsyncSequenceSource(base: base)
    }
}
