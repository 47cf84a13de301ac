/// A table as it was at one moment: a value that can be read anywhere while the table goes on.
public struct KeyTableSnapshot<Key: StreamKey, Value: Sendable>: Sendable {
    @usableFromInline let segments: ContiguousArray<KeySegment<Key, Value>>
    @usableFromInline let depth: UInt64
    /// How many keys the snapshot holds.
    public let count: Int

    @inlinable
    init(segments: ContiguousArray<KeySegment<Key, Value>>, depth: UInt64, count: Int) {
        self.segments = segments
        self.depth = depth
        self.count = count
    }

    /// The value of a key at that moment.
    /// - Complexity: O(1) on average.
    @inlinable
    public func value(for key: Key) -> Value? {
        let hash = key.stableHash
        return segments[Int(truncatingIfNeeded: (hash &>> 1) &>> (63 &- depth))]
            .find(key, tag: hash | 1, hash: hash)?.pointee.value
    }

    /// Calls `body` with every key and its value.
    @inlinable
    public func forEach(_ body: (Key, Value) throws -> Void) rethrows {
        for segment in segments {
            for index in 0..<segment.capacity where segment.slots[index].tag != 0 {
                try body(segment.slots[index].key, segment.slots[index].value)
            }
        }
    }
}

extension KeyTable {
    /// The table now, for checkpoints and queries. The table goes on at once; the first write to each
    /// segment copies it as long as the snapshot lives.
    /// - Complexity: O(``segmentCount``), some microseconds for any number of keys.
    @inlinable
    public mutating func snapshot() -> KeyTableSnapshot<Key, Value> {
        mayBeShared = true
        return KeyTableSnapshot(segments: segments, depth: depth, count: count)
    }

    /// Adds the keys of a snapshot that are owned here. A key that the table has already is replaced.
    @inlinable
    public mutating func insert(
        contentsOf snapshot: KeyTableSnapshot<Key, Value>, owned ownership: GroupOwnership
    ) {
        snapshot.forEach { key, value in
            let hash = key.stableHash
            if ownership.owns(hash: hash) { update(key, hash: hash, default: value) { $0 = value } }
        }
    }
}
