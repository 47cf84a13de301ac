/// The keys of a batch and their hashes, computed once: scratch memory that an operator keeps and
/// fills anew for each batch.
public struct KeyRun<Key: StreamKey>: ~Copyable {
    // Safety: both columns have room for `capacity` values, of which the first `count` are
    // initialised; they are owned here alone and freed in `deinit`.
    @usableFromInline var keys: UnsafeMutablePointer<Key>
    @usableFromInline var hashes: UnsafeMutablePointer<UInt64>
    @usableFromInline var capacity: Int
    /// How many keys the run holds.
    @usableFromInline var count = 0

    /// An empty run.
    @inlinable
    public init() {
        capacity = batchCapacity
        keys = .allocate(capacity: capacity)
        hashes = .allocate(capacity: capacity)
    }

    deinit {
        keys.deinitialize(count: count)
        keys.deallocate()
        hashes.deallocate()
    }

    /// Fills the run with the keys of `count` events.
    ///
    /// If `key` throws, the run holds the keys before that event.
    @inlinable @inline(__always)
    public mutating func fill(count newCount: Int, _ key: (Int) throws -> Key) rethrows {
        clear(reserving: newCount)
        while count < newCount {
            let made = try key(count)
            hashes[count] = made.stableHash
            (keys + count).initialize(to: made)
            count &+= 1
        }
    }

    /// Adds one key; there must be room for it.
    @inlinable @inline(__always)
    mutating func append(_ key: Key) {
        hashes[count] = key.stableHash
        (keys + count).initialize(to: key)
        count &+= 1
    }

    @inlinable
    mutating func clear(reserving newCount: Int) {
        // One by one, which is compiled for the type; that of many calls the runtime for each key.
        for index in 0..<count { (keys + index).deinitialize(count: 1) }
        count = 0
        if newCount > capacity { grow(to: newCount) }
    }

    /// Where the run of equal keys ends that begins at `start`.
    @inlinable @inline(__always)
    func endOfEqualKeys(from start: Int) -> Int {
        var end = start &+ 1
        while end < count, hashes[end] == hashes[start], keys[end] == keys[start] { end &+= 1 }
        return end
    }

    @inlinable @inline(never)
    mutating func grow(to newCapacity: Int) {
        keys.deallocate()
        hashes.deallocate()
        capacity = newCapacity
        keys = .allocate(capacity: capacity)
        hashes = .allocate(capacity: capacity)
    }
}
