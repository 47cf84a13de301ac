import Millrace
import Synchronization

/// Holds those who wait until it is opened.
final class Latch: Sendable {
    private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

    /// Whether somebody waits for it.
    var isAwaited: Bool { state.withLock { !$0.waiting.isEmpty } }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// A sink whose system does not answer until a latch is opened.
struct LatchedSink<Element: Sendable>: Sink {
    let latch: Latch
    var delivery = DeliveryGuarantee.idempotent

    func writer(for instance: SinkInstance) -> Writer { Writer(latch: latch) }

    struct Writer: SinkWriter {
        let latch: Latch
        var hasElements = false

        mutating func write(_ batch: inout Batch<Element>) { hasElements = true }
        var isFull: Bool { hasElements }
        mutating func flush() async throws {
            if hasElements { await latch.wait() }
            hasElements = false
        }
    }
}

/// A source that gives a split's elements, then waits until a latch is opened.
struct LatchedSource: Source {
    /// The timestamps of each split, which are its elements too.
    let splits: [[Int64]]
    let isOver: @Sendable () -> Bool

    func splits(preferred: Int) -> [SourceSplit] {
        splits.indices.map { SourceSplit(id: "part \($0)", size: Int64(splits[$0].count)) }
    }

    func reader(for split: SourceSplit, from position: SourcePosition?) -> Reader {
        let index = splits.indices.first { split.id == "part \($0)" }
        return Reader(elements: index.map { splits[$0] } ?? [], isOver: isOver)
    }

    struct Reader: SourceReader {
        let elements: [Int64]
        let isOver: @Sendable () -> Bool
        var made = 0

        mutating func read(
            into batch: inout Batch<Int64>, limit: Int,
            reject: (String, StreamError) throws -> Void
        ) -> SourceStatus {
            let start = made
            let count = min(limit, elements.count - made)
            batch.refill(count: count) {
                (elements[start + $0], Timestamp(millis: elements[start + $0]))
            }
            made += count
            return made < elements.count ? .more : isOver() ? .finished : .waiting
        }

        var position: SourcePosition { SourcePosition(offset: Int64(made)) }
    }
}
