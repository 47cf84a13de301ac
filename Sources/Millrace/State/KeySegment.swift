public import CMillrace

/// One entry of a segment; `tag` is 0 where it is empty.
@frozen
@usableFromInline
struct KeySlot<Key: StreamKey, Value: Sendable> {
    @usableFromInline var tag: UInt64
    @usableFromInline var key: Key
    @usableFromInline var value: Value

    @inlinable
    init(tag: UInt64, key: Key, value: Value) {
        self.tag = tag
        self.key = key
        self.value = value
    }
}

/// The keys of a range of hashes: an open-addressing table behind a reference, shared between a table
/// and its snapshots until one of them writes.
///
/// Linear probing over one array of {tag, key, value}: a hit touches one cache line most of the time.
@usableFromInline
final class KeySegment<Key: StreamKey, Value: Sendable>: @unchecked Sendable {
    // Safety: only the table that holds the sole reference writes; whoever shares it only reads.
    @usableFromInline typealias Slot = KeySlot<Key, Value>
    @usableFromInline let slots: UnsafeMutablePointer<Slot>
    /// The number of slots: a power of two.
    @usableFromInline let capacity: Int
    /// How many of the hash's high bits choose the segment, and say nothing inside it.
    @usableFromInline let depth: UInt64
    @usableFromInline var count = 0

    @inlinable
    init(capacity: Int, depth: UInt64) {
        self.capacity = capacity
        self.depth = depth
        // Safety: zeroed memory means empty slots (tag 0); keys and values are initialised with
        // their tag and deinitialised in `deinit`.
        slots = millrace_allocate_table(capacity * MemoryLayout<Slot>.stride)
            .bindMemory(to: Slot.self, capacity: capacity)
    }

    @inlinable
    deinit {
        if !_isPOD(Slot.self) {
            for index in 0..<capacity where slots[index].tag != 0 {
                (slots + index).deinitialize(count: 1)
            }
        }
        millrace_free_table(slots)
    }

    /// Where the search for a hash begins.
    @inlinable @inline(__always)
    func start(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: (hash &<< depth) &>> UInt64(64 &- capacity.trailingZeroBitCount))
    }

    /// The slot that holds the key, or `nil`.
    @inlinable
    func find(_ key: Key, tag: UInt64, hash: UInt64) -> UnsafeMutablePointer<Slot>? {
        var index = start(hash)
        while true {
            let slot = slots + index
            if slot.pointee.tag == tag, slot.pointee.key == key { return slot }
            if slot.pointee.tag == 0 { return nil }
            index = (index &+ 1) & (capacity &- 1)
        }
    }

    /// The first empty slot of a hash's run.
    @inlinable
    func vacancy(_ hash: UInt64) -> UnsafeMutablePointer<Slot> {
        var index = start(hash)
        while slots[index].tag != 0 { index = (index &+ 1) & (capacity &- 1) }
        return slots + index
    }

    /// A copy with the same slots.
    @inlinable @inline(never)
    func copy() -> KeySegment {
        let copy = KeySegment(capacity: capacity, depth: depth)
        copy.count = count
        if _isPOD(Slot.self) {
            copy.slots.update(from: slots, count: capacity)
        } else {
            for index in 0..<capacity where slots[index].tag != 0 {
                (copy.slots + index).initialize(to: slots[index])
            }
        }
        return copy
    }

    /// Empties the segment and keeps its memory.
    @inlinable
    func removeAll() {
        if !_isPOD(Slot.self) {
            for index in 0..<capacity where slots[index].tag != 0 {
                (slots + index).deinitialize(count: 1)
            }
        }
        millrace_clear_table(slots, capacity * MemoryLayout<Slot>.stride)
        count = 0
    }

    /// Removes a slot and moves the followers of its run up, so that no mark is left behind.
    @inlinable
    func remove(_ slot: UnsafeMutablePointer<Slot>) -> Value {
        let removed = slot.move()
        slot.pointee.tag = 0
        count &-= 1
        var hole = slots.distance(to: slot)
        var index = hole
        while true {
            index = (index &+ 1) & (capacity &- 1)
            if slots[index].tag == 0 { break }
            let home = start(slots[index].key.stableHash)
            // The entry may move into the hole unless its home lies behind the hole.
            let reach = (index &- home) & (capacity &- 1)
            let gap = (index &- hole) & (capacity &- 1)
            if reach >= gap {
                (slots + hole).moveInitialize(from: slots + index, count: 1)
                slots[index].tag = 0
                hole = index
            }
        }
        return removed.value
    }
}
