/// What crosses the exchange when a windowed aggregate is cut in two: what elements of a key add up to. Its
/// timestamp is the start of their pane, and it is never late.
@usableFromInline
struct PanePartial<Key: StreamKey, Accumulator: Sendable>: Sendable {
    @usableFromInline let key: Key
    @usableFromInline let accumulator: Accumulator

    @inlinable
    init(key: Key, accumulator: Accumulator) {
        self.key = key
        self.accumulator = accumulator
    }
}
