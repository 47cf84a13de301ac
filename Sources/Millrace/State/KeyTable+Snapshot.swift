extension KeyTable {
    /// The table's contents as they are now, to be read by any task while this table changes.
    ///
    /// Shares the segments. The first write to each of them copies it, unless every snapshot that
    /// holds it is gone by then.
    /// - Complexity: O(segments), at most 128, whatever the number of keys.
    @inlinable
    public mutating func snapshot() -> KeyTableSnapshot<Key, Value> {
        let snapshot = share(isForCheckpoint: false)
        snapshot.admitReaders()
        return snapshot
    }

    /// The table's contents as they are now, to be written to a checkpoint while this table changes.
    ///
    /// Shares the segments. The first write to each of them packs what the checkpoint has yet to write, or
    /// copies the segment where keys or values are more than numbers.
    /// - Complexity: O(segments), at most 128, whatever the number of keys.
    @inlinable
    mutating func capture() -> KeyTableSnapshot<Key, Value> {
        for index in 0..<segmentCount {
            // Of an earlier checkpoint that has failed.
            if isKnownUniquelyReferenced(&segments[index]) { segments[index].becomeUnshared() }
            segments[index].awaitWriting()
        }
        return share(isForCheckpoint: true)
    }

    @inlinable
    mutating func share(isForCheckpoint: Bool) -> KeyTableSnapshot<Key, Value> {
        if identity == 0 { identity = KeyTableIdentity.next() }
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
            versions: versions, count: count, identity: identity,
            isForCheckpoint: isForCheckpoint)
    }

    /// Stores the keys of a snapshot that belong to some key groups, replacing the values of those
    /// that are there: how state is restored, and moves when the number of partitions changes.
    ///
    /// An empty table takes over the snapshot's segments, where it owns all of their keys.
    /// - Complexity: O(capacity of those groups' segments); O(segments) where they are taken over.
    @inlinable
    public mutating func insert(
        contentsOf snapshot: KeyTableSnapshot<Key, Value>, groups: Range<Int>, of all: KeyGroups
    ) {
        if isEmpty, groups == 0..<all.count, !snapshot.isForCheckpoint { return adopt(snapshot) }
        snapshot.forEach(inGroups: groups, of: all) { key, value in
            update(key, hash: key.stableHash, default: value) { $0 = value }
        }
    }

    /// Becomes what the snapshot shows. The first write to a segment copies it unless the snapshot is gone
    /// by then.
    @usableFromInline
    mutating func adopt(_ snapshot: KeyTableSnapshot<Key, Value>) {
        layoutVersion &+= 1
        slots.deallocate()
        segments = snapshot.segments
        slots = .allocate(capacity: snapshot.segmentCount)
        for (index, segment) in snapshot.slots.enumerated() {
            (slots + index).initialize(to: segment)
            slots[index].isShared = true
        }
        segmentMask = UInt64(snapshot.segmentCount &- 1)
        sharedCount = snapshot.segmentCount
        count = snapshot.count
        (versions, nextVersion, identity) = ([], 1, 0)
    }
}
