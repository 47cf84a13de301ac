import Synchronization

/// How far the splits of one source have come, so that the fast ones can wait for the slow ones.
@usableFromInline
final class SplitAlignment: Sendable {
    /// The watermark of each split that takes part; `nil` for those that are idle or have ended.
    private let watermarks: Mutex<[Timestamp?]>

    init(splits: Int) { watermarks = Mutex(Array(repeating: Timestamp.none, count: splits)) }

    /// Takes note of a split's watermark and returns the smallest of all that take part.
    @usableFromInline
    func update(_ split: Int, to watermark: Timestamp?) -> Timestamp {
        watermarks.withLock { watermarks in
            watermarks[split] = watermark
            return watermarks.compactMap { $0 }.min() ?? .none
        }
    }
}
