/// What crosses the exchange when a windowed aggregate is cut in two: what the elements of a key add up
/// to. Its timestamp is the start of their pane.
@usableFromInline
struct PanePartial<Key: StreamKey, Accumulator: Sendable>: Sendable {
    @usableFromInline let key: Key
    @usableFromInline let sum: CountedAccumulator<Accumulator>

    @inlinable
    init(key: Key, sum: CountedAccumulator<Accumulator>) {
        self.key = key
        self.sum = sum
    }
}

/// An accumulator that knows how many elements it holds.
@usableFromInline
struct CountedAccumulator<Accumulator: Sendable>: Sendable {
    @usableFromInline var accumulator: Accumulator
    @usableFromInline var count: Int

    @inlinable
    init(_ accumulator: Accumulator, count: Int = 0) {
        self.accumulator = accumulator
        self.count = count
    }
}
