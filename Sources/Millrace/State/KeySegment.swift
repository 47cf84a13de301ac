/// The memory of one segment of a key table: the owner that tables and snapshots share.
///
/// It only owns. What changes while a table works (how many slots are used) is kept in
/// ``KeySegmentSlots``, beside the other segments' in one array, so that the hot loop never touches
/// a class: no exclusivity check, no retain.
///
/// Safety: `@unchecked Sendable` because the slots are written only through a table that holds the
/// sole reference, or that has taken the memory from the owner that others hold; as long as they share
/// it, everyone reads.
@usableFromInline
final class KeySegment<Key: StreamKey, Value: Sendable>: KeySegmentSharing, @unchecked Sendable {
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let capacity: Int
    /// Destroys the keys and values: made where the types are known, as what a class of unknown types
    /// does in `deinit` asks the runtime about each of them.
    @usableFromInline let destroy: @Sendable (UnsafeMutableRawPointer, Int) -> Void

    /// A segment of empty slots, or if not `zeroed` of slots to be overwritten. `capacity` is a power
    /// of two.
    @inlinable
    init(capacity: Int, zeroed: Bool = true) {
        self.capacity = capacity
        base = KeySegmentMemory.allocate(
            capacity &* KeySlot<Key, Value>.stride, alignment: KeySlot<Key, Value>.alignment,
            zeroed: zeroed)
        destroy = Self.destruction
        super.init()
    }

    /// The new owner of memory that another segment has given up.
    @inlinable
    init(taking base: UnsafeMutableRawPointer, capacity: Int) {
        self.base = base
        self.capacity = capacity
        destroy = Self.destruction
        super.init()
    }

    @inlinable @inline(__always)
    static var destruction: @Sendable (UnsafeMutableRawPointer, Int) -> Void {
        { base, capacity in
            if KeySlot<Key, Value>.isTrivial { return }
            KeySegmentSlots<Key, Value>(base: base, capacity: capacity, multiplier: 0)
                .deinitializeAll()
        }
    }

    @inlinable
    deinit { releaseMemory() }

    @inlinable
    override func releaseMemory() {
        if isMoved { return }
        isMoved = true
        destroy(base, capacity)
        KeySegmentMemory.free(
            base, capacity &* KeySlot<Key, Value>.stride,
            alignment: KeySlot<Key, Value>.alignment)
    }
}

extension KeySegment {
    /// Takes the memory away from the checkpoints that share the segment, which keep the contents
    /// packed as far as they need them.
    ///
    /// Packing reads the memory once or twice, as a copy does, and takes a part of a copy's memory.
    /// - Returns: The memory's new owner; `nil` where the segment must be copied: it has readers, is
    ///   being written, or holds more than numbers.
    @inlinable @inline(never)
    func takeMemory(of slots: KeySegmentSlots<Key, Value>) -> KeySegment? {
        guard beginTaking() else { return nil }
        defer { unlock() }
        if isAwaited {
            guard KeySlot<Key, Value>.isTrivial else { return nil }
            packed = KeySegmentImage.bytes(of: slots)
        }
        isMoved = true
        return KeySegment(taking: base, capacity: capacity)
    }
}
