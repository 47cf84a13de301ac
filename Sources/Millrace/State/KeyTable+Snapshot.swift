extension KeyTable {
    /// The table's contents as they are now, to be read by any task while this table changes.
    ///
    /// Shares the segments. The first write to each of them copies it, unless every snapshot that
    /// holds it is gone by then.
    /// - Complexity: O(segments), at most 128, whatever the number of keys.
    @inlinable
    public mutating func snapshot() -> KeyTableSnapshot<Key, Value> {
        if versions.count != segmentCount {
            versions = ContiguousArray(repeating: 0, count: segmentCount)
        }
        for index in 0..<segmentCount where !slots[index].isShared {
            slots[index].isShared = true
            versions[index] = nextVersion
        }
        sharedCount = segmentCount
        nextVersion &+= 1
        return KeyTableSnapshot(
            segments: segments,
            slots: ContiguousArray(UnsafeBufferPointer(start: slots, count: segmentCount)),
            versions: versions, count: count)
    }

    /// Stores the keys of a snapshot that belong to some key groups, replacing the values of those
    /// that are there: how state is restored, and moves when the number of partitions changes.
    /// - Complexity: O(capacity of those groups' segments).
    @inlinable
    public mutating func insert(
        contentsOf snapshot: KeyTableSnapshot<Key, Value>, groups: Range<Int>, of all: KeyGroups
    ) {
        snapshot.forEach(inGroups: groups, of: all) { key, value in
            update(key, hash: key.stableHash, default: value) { $0 = value }
        }
    }
}
