/// The memory of one segment of a key table: the owner that tables and snapshots share.
///
/// It only owns. What changes while a table works (how many slots are used) is kept in
/// ``KeySegmentSlots``, beside the other segments' in one array, so that the hot loop never touches
/// a class: no exclusivity check, no retain.
///
/// Safety: `@unchecked Sendable` because the slots are written only through a table that holds the
/// sole reference; as soon as a snapshot shares the segment, everyone reads.
@usableFromInline
final class KeySegment<Key: StreamKey, Value: Sendable>: @unchecked Sendable {
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let capacity: Int

    /// A segment of empty slots, or if not `zeroed` of slots to be overwritten. `capacity` is a power
    /// of two.
    @inlinable
    init(capacity: Int, zeroed: Bool = true) {
        self.capacity = capacity
        base = KeySegmentMemory.allocate(
            capacity &* KeySlot<Key, Value>.stride, alignment: KeySlot<Key, Value>.alignment,
            zeroed: zeroed)
    }

    @inlinable
    deinit {
        if !KeySlot<Key, Value>.isTrivial {
            KeySegmentSlots<Key, Value>(base: base, capacity: capacity, multiplier: 0)
                .deinitializeAll()
        }
        KeySegmentMemory.free(
            base, capacity &* KeySlot<Key, Value>.stride,
            alignment: KeySlot<Key, Value>.alignment)
    }
}
