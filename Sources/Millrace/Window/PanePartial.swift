/// What crosses the exchange when a windowed aggregate is cut in two: the accumulator of a key and pane,
/// or an element that came too late to be added to one.
@usableFromInline
struct PanePartial<Key: StreamKey, A: Aggregate>: Sendable {
    @usableFromInline
    enum Content: Sendable {
        /// An accumulator, and how many elements it holds.
        case accumulator(A.Accumulator, count: Int)
        case element(A.Input)
    }

    @usableFromInline let key: Key
    @usableFromInline let paneStart: Int64
    @usableFromInline let content: Content

    @inlinable
    init(key: Key, paneStart: Int64, content: Content) {
        self.key = key
        self.paneStart = paneStart
        self.content = content
    }
}

/// An accumulator that knows how many elements it holds.
@usableFromInline
struct CountedAccumulator<Accumulator: Sendable>: Sendable {
    @usableFromInline var accumulator: Accumulator
    @usableFromInline var count = 0

    @inlinable
    init(_ accumulator: Accumulator) { self.accumulator = accumulator }
}
