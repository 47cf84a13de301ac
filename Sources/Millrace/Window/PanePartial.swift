/// What crosses the exchange when a windowed aggregate is cut in two: what the elements of a key add up
/// to. Its timestamp is the start of their pane.
@usableFromInline
struct PanePartial<Key: StreamKey, Accumulator: Sendable>: Sendable {
    @usableFromInline let key: Key
    @usableFromInline let accumulator: Accumulator
    /// How many elements it holds; 0 if it cannot be late.
    @usableFromInline let count: Int

    @inlinable
    init(key: Key, accumulator: Accumulator, count: Int) {
        self.key = key
        self.accumulator = accumulator
        self.count = count
    }
}
