public import CMillrace

/// The state of a keyed operator: a hash table in segments, of which a snapshot can be taken at any time
/// in microseconds.
///
/// A small table is one segment; a large one has ``segmentCount`` of them, chosen by the high bits of
/// the key's stable hash, each growing by itself. A snapshot copies the array of references; the
/// first write to a segment that a snapshot holds copies that segment.
///
/// Hashes are the caller's: computed once per event, with ``StreamKey/stableHash``.
public struct KeyTable<Key: StreamKey, Value: Sendable>: ~Copyable {
    @usableFromInline typealias Segment = KeySegment<Key, Value>
    @usableFromInline typealias Slot = KeySlot<Key, Value>

    /// How a segment is reached in the hot loop, without touching the object.
    @usableFromInline
    struct Head {
        @usableFromInline var slots: UnsafeMutablePointer<Slot>
        @usableFromInline var mask: Int
        @usableFromInline var shift: UInt64

        @inlinable
        init(_ segment: Segment) {
            slots = segment.slots
            mask = segment.capacity - 1
            shift = UInt64(64 - segment.capacity.trailingZeroBitCount)
        }
    }

    @usableFromInline var segments: ContiguousArray<Segment>
    // Safety: one head per segment, allocated with the table and freed with it; a head's slots live as
    // long as its segment, which `segments` holds.
    @usableFromInline var heads: UnsafeMutablePointer<Head>
    /// The number of hash bits that choose the segment.
    @usableFromInline var depth: UInt64 = 0
    /// Whether a snapshot may hold one of the segments.
    @usableFromInline var mayBeShared = false

    @usableFromInline var keyCount = 0

    /// How many keys the table holds.
    @inlinable
    public var count: Int { keyCount }

    /// The number of segments of a large table.
    @inlinable
    public static var segmentCount: Int { 128 }

    /// The largest number of slots that a table of one segment has.
    @inlinable
    static var singleSegmentCapacity: Int { 4096 }

    /// An empty table with room for `minimumCapacity` keys.
    @inlinable
    public init(minimumCapacity: Int = 0) {
        segments = []
        heads = .allocate(capacity: 1)
        reset(minimumCapacity: minimumCapacity)
    }

    deinit { heads.deallocate() }

    /// Replaces the segments by empty ones.
    @inlinable
    mutating func reset(minimumCapacity: Int) {
        var capacity = 8
        while capacity * 4 / 5 < minimumCapacity { capacity *= 2 }
        depth = 0
        if capacity > Self.singleSegmentCapacity {
            depth = UInt64(Self.segmentCount.trailingZeroBitCount)
            capacity /= Self.segmentCount
        }
        let depth = depth
        install(
            ContiguousArray((0..<(1 << Int(depth))).map { _ in
                Segment(capacity: capacity, depth: depth)
            }))
        keyCount = 0
    }

    @inlinable
    mutating func install(_ segments: ContiguousArray<Segment>) {
        self.segments = segments
        heads.deallocate()
        heads = .allocate(capacity: segments.count)
        for index in segments.indices { (heads + index).initialize(to: Head(segments[index])) }
    }

    /// The number of bytes that the table's slots take.
    public var byteCount: Int {
        segments.reduce(0) { $0 + $1.capacity * MemoryLayout<Slot>.stride }
    }

    // MARK: - Addresses

    @inlinable @inline(__always)
    static func tag(_ hash: UInt64) -> UInt64 { hash | 1 }

    @inlinable @inline(__always)
    func segmentIndex(_ hash: UInt64) -> Int {
        // Two shifts, because a shift by 64 is not a shift by 0.
        Int(truncatingIfNeeded: (hash &>> 1) &>> (63 &- depth))
    }

    /// Brings the slot of a hash close, for a later lookup.
    @inlinable @inline(__always)
    public func prefetch(hash: UInt64) {
        let head = heads[segmentIndex(hash)]
        let slot = head.slots + Int(truncatingIfNeeded: (hash &<< depth) &>> head.shift)
        millrace_prefetch(slot)
        // A slot that is no power of two in size may reach into the next line.
        if MemoryLayout<Slot>.stride & (MemoryLayout<Slot>.stride - 1) != 0 {
            millrace_prefetch(UnsafeRawPointer(slot) + (MemoryLayout<Slot>.stride - 1))
        }
    }
}
