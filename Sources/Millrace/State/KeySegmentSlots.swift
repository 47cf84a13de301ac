/// A segment as the hot loop sees it: where the slots are and how many are used.
///
/// Open addressing with linear probing (Knuth, The Art of Computer Programming 3, 6.4, algorithm L).
/// A key's home is given by the highest bits of its hash times `multiplier`, so growing keeps the order
/// of the keys and moves through both memories once.
///
/// Safety: a view neither owns nor checks. ``KeyTable`` and ``KeyTableSnapshot`` keep the owner as long
/// as the view, and only a table that is the sole owner writes. Slot numbers are below the capacity.
@usableFromInline
struct KeySegmentSlots<Key: StreamKey, Value: Sendable> {
    @usableFromInline typealias Slot = KeySlot<Key, Value>

    @usableFromInline let base: UnsafeMutableRawPointer
    /// What integer keys are combined with so that none of those present becomes the empty word; the
    /// same in all segments of a table.
    @usableFromInline var salt: UInt64
    /// What spreads the hashes of the segment's keys over the slots.
    @usableFromInline let multiplier: UInt64
    @usableFromInline var count: UInt32 = 0
    /// 64 less the number of bits of a slot's index.
    @usableFromInline let shift: UInt8
    /// Whether a snapshot may hold the segment, so that it must be copied before it is written.
    @usableFromInline var isShared = false

    /// The slots of an empty segment. `capacity` is a power of two, at least 2, at most 2^31.
    @inlinable
    init(
        base: UnsafeMutableRawPointer, capacity: Int, multiplier: UInt64,
        salt: UInt64 = 0x5851_F42D_4C95_7F2D
    ) {
        self.base = base
        self.salt = salt
        self.multiplier = multiplier
        shift = UInt8(64 &- capacity.trailingZeroBitCount)
    }

    @inlinable @inline(__always)
    var mask: Int { Int(bitPattern: ~0 &>> UInt(truncatingIfNeeded: shift)) }

    @inlinable @inline(__always)
    var capacity: Int { mask &+ 1 }

    /// Whether one more key would make the probes too long. At four fifths, a search for a key that
    /// is there looks at three slots on average (Knuth, 6.4, table 4).
    @inlinable @inline(__always)
    var isFull: Bool { Int(count) &* 5 >= capacity &* 4 }

    /// Whether keys lie in a heap, though most slots are empty: a search that ended at `slot` was much too long.
    ///
    /// So it is while a table takes the keys of a larger one in the order of its slots, which is the order of
    /// their homes here: they fill the first slots before any other. Where keys are spread, one search in a
    /// hundred thousand is as long. That hashes are equal is not to be helped by room.
    @inlinable
    func isHeaped(at slot: Int, hash: UInt64) -> Bool {
        let distance = (slot &- home(of: hash)) & mask
        return distance >= 64 && Int(count) &* 2 < capacity && Int(count) &* 8 >= capacity
    }

    /// The smallest capacity that holds `count` keys without growing.
    @inlinable
    static func capacity(for count: Int) -> Int {
        var capacity = 8
        while capacity &* 4 < count &* 5 { capacity &*= 2 }
        return capacity
    }

    // MARK: Slots

    @inlinable @inline(__always)
    func home(of hash: UInt64) -> Int { home(of: hash, multiplier) }

    /// The home with a multiplier that the caller has at hand.
    @inlinable @inline(__always)
    func home(of hash: UInt64, _ multiplier: UInt64) -> Int {
        // The lowest bit is not kept in a slot, so it must not matter.
        let kept = Slot.keyIsWord ? hash : hash | 1
        return Int(truncatingIfNeeded: (kept &* multiplier) &>> UInt64(shift))
    }

    @inlinable @inline(__always)
    func address(_ slot: Int) -> UnsafeMutableRawPointer { base + slot &* Slot.stride }

    @inlinable @inline(__always)
    func word(at slot: Int) -> UInt64 { address(slot).load(as: UInt64.self) }

    @inlinable @inline(__always)
    func word(of key: Key, hash: UInt64) -> UInt64 {
        Slot.word(of: key, hash: hash, salt: salt)
    }

    @inlinable @inline(__always)
    func storedKey(at slot: Int) -> UnsafeMutablePointer<Key> {
        Slot.key(at: address(slot))
    }

    @inlinable @inline(__always)
    func value(at slot: Int) -> UnsafeMutablePointer<Value> {
        Slot.value(at: address(slot))
    }

    @inlinable @inline(__always)
    func key(at slot: Int) -> Key {
        Slot.keyIsWord ? Slot.key(ofBits: word(at: slot) ^ salt) : storedKey(at: slot).pointee
    }

    /// The hash of the key in a used slot; its lowest bit may differ from the true one.
    @inlinable @inline(__always)
    func hash(at slot: Int) -> UInt64 {
        Slot.keyIsWord ? key(at: slot).stableHash : word(at: slot)
    }

    // MARK: Search

    /// The slot of the key, or the complement of the empty slot where it would go.
    ///
    /// An integer key equal to the salt has the empty word. It is never present, because `salt`
    /// changes before such a key is stored; asking for the empty slot first keeps it from matching.
    @inlinable @inline(__always)
    func find(_ key: Key, hash: UInt64) -> Int {
        let wanted = word(of: key, hash: hash)
        var slot = home(of: hash)
        while true {
            let word = word(at: slot)
            if word == 0 { return ~slot }
            if word == wanted && (Slot.keyIsWord || storedKey(at: slot).pointee == key) {
                return slot
            }
            slot = (slot &+ 1) & mask
        }
    }

    /// The first empty slot for a key that is not there.
    @inlinable
    func emptySlot(for hash: UInt64) -> Int {
        var slot = home(of: hash)
        while word(at: slot) != 0 { slot = (slot &+ 1) & mask }
        return slot
    }
}
