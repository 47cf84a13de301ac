extension KeyTable {
    /// How many events ahead of the one in hand the slots are asked for where an operator calls functions for
    /// each: fewer than ``KeyTableLookahead/size``, so that the first-level cache keeps them until then, beside
    /// what the functions use.
    @inlinable @inline(__always)
    static var lookahead: Int { 32 }

    /// Keeps the slots of the next events of a run on their way: called for each index in turn, from 0, before
    /// its slot is used. `hash` gives the hash of an index below `count`.
    @inlinable @inline(__always)
    func prefetch(aheadOf index: Int, count: Int, hash: (Int) -> UInt64) {
        if index == 0 {
            for next in 0..<Swift.min(Self.lookahead, count) { prefetch(hash: hash(next)) }
        }
        if index &+ Self.lookahead < count { prefetch(hash: hash(index &+ Self.lookahead)) }
    }
}

/// How far an update looks ahead, and the rings of what it has seen.
@usableFromInline
enum KeyTableLookahead<Key: StreamKey> {
    /// How many events: a power of two, enough for their misses to overlap (16 are half as fast on a
    /// table of 128 MiB), few enough for the slots to stay in the first-level cache and the rings of
    /// integers and strings on the stack (up to 1,024 bytes each).
    @inlinable @inline(__always)
    static var size: Int { MemoryLayout<Key>.stride <= 64 ? 64 : 16 }

    @inlinable @inline(__always)
    static var mask: Int { size &- 1 }

    /// Rings of keys, hashes and homes of slots, all uninitialised.
    @inlinable @inline(__always)
    static func withScratch(
        _ body: (
            UnsafeMutablePointer<Key>, UnsafeMutablePointer<UInt64>,
            UnsafeMutablePointer<UnsafeMutableRawPointer>
        ) throws -> Void
    ) rethrows {
        try withUnsafeTemporaryAllocation(of: Key.self, capacity: size) { keys in
            try withUnsafeTemporaryAllocation(of: UInt64.self, capacity: size) { hashes in
                try withUnsafeTemporaryAllocation(
                    of: UnsafeMutableRawPointer.self, capacity: size
                ) { homes in
                    guard let keys = keys.baseAddress, let hashes = hashes.baseAddress,
                        let homes = homes.baseAddress
                    else { return }
                    try body(keys, hashes, homes)
                }
            }
        }
    }
}
