public import CMillrace

/// Keyed state: a hash table of one value per key, made for runs of events and for snapshots.
///
/// A small table is one segment. A larger one is split by the top bits of the stable hash into 128
/// segments that grow one at a time, so growing never stops the stream for the whole table, and a
/// ``snapshot()`` only shares them: the first later write to a segment copies that segment.
///
/// Every `hash` must be the key's ``StreamKey/stableHash``; it is passed because the caller has it.
/// Distinct keys may have equal hashes, which costs time but is never wrong.
///
/// The order of iteration depends only on the contents and the history of insertions and removals.
public struct KeyTable<Key: StreamKey, Value: Sendable>: ~Copyable {
    @usableFromInline typealias Slot = KeySlot<Key, Value>
    @usableFromInline typealias Slots = KeySegmentSlots<Key, Value>
    @usableFromInline typealias Segment = KeySegment<Key, Value>

    /// The owners, at the same indices as `slots`.
    @usableFromInline var segments: ContiguousArray<Segment>
    /// What the hot loop reads: one view per segment.
    @usableFromInline var slots: UnsafeMutablePointer<Slots>
    /// 0 for one segment, 127 for 128.
    @usableFromInline var segmentMask: UInt64
    /// How many segments are marked as shared; nothing else is checked while it is 0.
    @usableFromInline var sharedCount = 0
    /// The segments' versions at the last snapshot; empty before the first.
    @usableFromInline var versions: ContiguousArray<UInt64> = []
    /// The version that the segments written since the last snapshot get at the next.
    @usableFromInline var nextVersion: UInt64 = 1

    /// What tells the table from any other of this process; 0 before the first snapshot.
    @usableFromInline var identity: UInt64 = 0

    /// Counts the changes that move slots, so that addresses of slots are known to be stale.
    @usableFromInline var layoutVersion = 0

    /// How many keys the table holds.
    public internal(set) var count: Int {
        @inlinable get { storedCount }
        @inlinable set { storedCount = newValue }
    }
    @usableFromInline var storedCount = 0

    /// An empty table with room for about `minimumCapacity` keys, if they come from all key groups.
    @inlinable
    public init(minimumCapacity: Int = 0) {
        let isSplit = minimumCapacity > KeyTableSplit.threshold
        let segmentCount = isSplit ? KeyTableSplit.segmentCount : 1
        // An eighth more than the mean, because the keys do not spread evenly.
        let perSegment = isSplit ? minimumCapacity / segmentCount * 9 / 8 : minimumCapacity
        let capacity = Slots.capacity(for: perSegment)
        segments = ContiguousArray((0..<segmentCount).map { _ in Segment(capacity: capacity) })
        slots = .allocate(capacity: segmentCount)
        segmentMask = UInt64(segmentCount &- 1)
        for (index, segment) in segments.enumerated() {
            (slots + index).initialize(
                to: Slots(
                    base: segment.base, capacity: capacity,
                    multiplier: KeyTableSplit.multiplier(isSplit: isSplit)))
        }
    }

    @inlinable
    deinit { slots.deallocate() }

    /// Whether the table holds no key.
    @inlinable
    public var isEmpty: Bool { storedCount == 0 }

    /// Whether the table takes little memory, a page or so: it has one segment with a few slots.
    @inlinable
    var isSmall: Bool { segmentMask == 0 && slots.pointee.capacity &* Slot.stride <= 4096 }

    /// Whether most of the table's slots are empty, so that passing all keys takes longer than it should.
    @inlinable
    var isSparse: Bool {
        // Of a partition's table, only the segments of its own keys have grown.
        let capacity = (0..<segmentCount).reduce(0) { $0 &+ slots[$1].capacity }
        return capacity > 64 && storedCount &* 8 < capacity
    }

    /// The number of segments: 1 for a small table, else ``KeyTableSplit/segmentCount``.
    @inlinable @inline(__always)
    var segmentCount: Int { Int(truncatingIfNeeded: segmentMask) &+ 1 }

    /// The segment of a key with the given hash.
    @inlinable @inline(__always)
    func segmentIndex(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash &>> UInt64(64 &- KeyTableSplit.bits) & segmentMask)
    }

    /// The value of a key, or nil if there is none.
    /// - Complexity: O(1) on average.
    @inlinable
    public func value(for key: Key, hash: UInt64) -> Value? {
        let segment = slots[segmentIndex(of: hash)]
        let slot = segment.find(key, hash: hash)
        return slot < 0 ? nil : segment.value(at: slot).pointee
    }

    /// Asks the processor to bring the slot of a key with the given hash close.
    @inlinable @inline(__always)
    public func prefetch(hash: UInt64) {
        let home = prefetchedHome(of: hash, slots.pointee.multiplier)
        // A slot of more than two words lies across cache lines, or the one behind it begins the next. Wide ones
        // fill a line, and where the table is nearly full a search looks at three.
        if Slot.stride > 16 { millrace_prefetch(home + 64) }
        if Slot.stride > 32 { millrace_prefetch(home + 128) }
        if Slot.stride > 48 { millrace_prefetch(home + 192) }
    }

    /// Whether half of the slots are taken, so that many searches go on in the next line, of a table that no cache
    /// holds, so that this costs more than asking for the line in vain. Keys spread evenly: one segment speaks for all.
    @inlinable
    var isLargeAndCrowded: Bool {
        count &* Slot.stride > 1 << 24 && Int(slots.pointee.count) &* 2 >= slots.pointee.capacity
    }

    /// Where the search for a key with the given hash begins, on its way into the cache.
    @inlinable @inline(__always)
    func prefetchedHome(of hash: UInt64, _ multiplier: UInt64) -> UnsafeMutableRawPointer {
        let segment = slots + segmentIndex(of: hash)
        let home = segment.pointee.address(segment.pointee.home(of: hash, multiplier))
        millrace_prefetch(home)
        // The last field of a slot that lies across two lines is as far away as the first.
        if Slot.mayCrossLines { millrace_prefetch(home + (Slot.stride - 1)) }
        return home
    }
}

// Safety: the table is the only owner of `slots`, is never copied, and shares segments only with
// snapshots, which read them; so it may move to another task like any value.
extension KeyTable: @unchecked Sendable {}

/// How a table is split into segments.
@usableFromInline
enum KeyTableSplit {
    /// The top bits of a hash that select the segment.
    @inlinable @inline(__always)
    static var bits: UInt64 { 7 }

    @inlinable @inline(__always)
    static var segmentCount: Int { 1 << 7 }

    /// The number of keys above which a table is split.
    @inlinable @inline(__always)
    static var threshold: Int { 12_288 }

    /// What hashes are multiplied with to place them among a segment's slots.
    ///
    /// In a split table it drops the bits that select the segment, so that segment and slot together
    /// are the hash's top bits and consecutive integers spread as evenly as in one large table.
    ///
    /// The only segment of a small table cannot use the top bits, because a partition sees only some
    /// values of them, nor simply the next ones, which are not even for consecutive integers. The
    /// factor turns 2^64/φ, the multiplier of integers' hashes, into 2^64·(√2 - 1), whose multiples
    /// are almost as even (the partial quotients of √2 are all 2).
    @inlinable @inline(__always)
    static func multiplier(isSplit: Bool) -> UInt64 {
        isSplit ? 1 &<< bits : 0xFA78_16E1_7439_F225
    }
}
