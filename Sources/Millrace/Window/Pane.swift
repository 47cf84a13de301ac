/// One pane of a windowed operator: the accumulators of the keys that have elements in it.
@usableFromInline
final class Pane<Key: StreamKey, Accumulator: Sendable> {
    @usableFromInline var start: Int64
    @usableFromInline var table: KeyTable<Key, Accumulator>
    /// How many elements have been added, where somebody counts them.
    @usableFromInline var addedCount = 0

    @inlinable
    init(start: Int64, minimumCapacity: Int = 0) {
        self.start = start
        table = KeyTable(minimumCapacity: minimumCapacity)
    }
}
