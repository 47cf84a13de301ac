/// A key table's contents at one moment, shared with the table that goes on changing.
///
/// Holding it keeps the memory of segments that the table has copied since. One that was taken for a
/// checkpoint leaves the memory to the table, and keeps the contents packed until they are written.
///
/// Safety: `@unchecked Sendable` because of the pointers in `slots`. They point into the segments
/// held here, which no table writes while this reference exists; or, if the snapshot is for a checkpoint,
/// until the table has taken the memory, so they are used only with the segment's lock held.
public struct KeyTableSnapshot<Key: StreamKey, Value: Sendable>: @unchecked Sendable {
    @usableFromInline let segments: ContiguousArray<KeySegment<Key, Value>>
    @usableFromInline let slots: ContiguousArray<KeySegmentSlots<Key, Value>>
    @usableFromInline let versions: ContiguousArray<UInt64>
    /// The table that the snapshot was taken of.
    let identity: UInt64
    /// Whether only a checkpoint is to read it, segment by segment.
    @usableFromInline let isForCheckpoint: Bool

    /// How many keys the snapshot holds.
    public let count: Int

    @usableFromInline
    init(
        segments: ContiguousArray<KeySegment<Key, Value>>,
        slots: ContiguousArray<KeySegmentSlots<Key, Value>>, versions: ContiguousArray<UInt64>,
        count: Int, identity: UInt64, isForCheckpoint: Bool
    ) {
        self.segments = segments
        self.slots = slots
        self.versions = versions
        self.count = count
        self.identity = identity
        self.isForCheckpoint = isForCheckpoint
    }

    /// Keeps tables from taking the memory of the segments.
    @inlinable
    func admitReaders() { for segment in segments { segment.admitReaders() } }

    /// The value of a key, whose stable hash is `hash`, or nil if there is none.
    /// - Complexity: O(1) on average.
    @inlinable
    public func value(for key: Key, hash: UInt64) -> Value? {
        let bits = hash &>> UInt64(64 &- KeyTableSplit.bits)
        return withSlots(ofSegment: Int(truncatingIfNeeded: bits) & (slots.count &- 1)) { segment in
            let slot = segment.find(key, hash: hash)
            return slot < 0 ? nil : segment.value(at: slot).pointee
        }
    }

    /// Passes every key and its value, segment by segment.
    /// - Complexity: O(capacity).
    @inlinable
    public func forEach(_ body: (Key, Value) throws -> Void) rethrows {
        for index in 0..<segmentCount { try forEach(inSegment: index, body) }
    }

    /// Passes the keys of some key groups and their values.
    /// - Complexity: O(capacity of the segments that hold those groups).
    @inlinable
    public func forEach(
        inGroups groups: Range<Int>, of all: KeyGroups, _ body: (Key, Value) throws -> Void
    ) rethrows {
        precondition(
            groups.lowerBound >= 0 && groups.upperBound <= all.count,
            "the groups are among these key groups")
        for index in 0..<segmentCount {
            // The segments divide the hashes like groups do, but there may be more or fewer.
            let lower = index &* all.count / segmentCount
            let upper = ((index &+ 1) &* all.count &+ segmentCount &- 1) / segmentCount
            if !groups.overlaps(lower..<upper) { continue }
            try forEach(inSegment: index) { key, value in
                if groups.contains(all.group(of: key.stableHash)) { try body(key, value) }
            }
        }
    }
}

extension KeyTableSnapshot {
    /// The number of segments: 1 for a small table, 128 for a larger one.
    @inlinable
    public var segmentCount: Int { slots.count }

    /// Passes the keys of one segment and their values.
    @inlinable
    public func forEach(inSegment index: Int, _ body: (Key, Value) throws -> Void) rethrows {
        if slots[index].count == 0 { return }
        try withSlots(ofSegment: index) { segment in
            for slot in 0..<segment.capacity where segment.word(at: slot) != 0 {
                try body(segment.key(at: slot), segment.value(at: slot).pointee)
            }
        }
    }

    /// How many keys a segment holds.
    @inlinable
    public func count(ofSegment index: Int) -> Int { Int(slots[index].count) }

    /// The version of a segment: two snapshots of the same table with the same number of segments
    /// have the same contents in a segment if it has the same version in both. The older snapshot
    /// need not exist any more, so an incremental checkpoint only remembers the versions.
    @inlinable
    public func version(ofSegment index: Int) -> UInt64 { versions[index] }

    /// Whether two snapshots share the memory of a segment, so that its contents are the same.
    @inlinable
    public func isSegment(_ index: Int, identicalIn other: KeyTableSnapshot) -> Bool {
        segmentCount == other.segmentCount && segments[index] === other.segments[index]
    }

    /// How many bytes the slots take, empty ones included, and without what keys and values refer to.
    @inlinable
    public var byteCount: Int {
        slots.reduce(0) { $0 &+ $1.capacity &* KeySlot<Key, Value>.stride }
    }
}
