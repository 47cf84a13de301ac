/// Where the parts of a slot lie: a word that is 0 where the slot is empty, the key, the value.
///
/// The word of most keys is their hash with the lowest bit set. An integer *is* its own word
/// (exclusive-or a salt that keeps it from being 0) and needs no further room for the key: a table
/// of integers to integers takes 16 bytes a slot, so that four slots share a cache line.
@usableFromInline
enum KeySlot<Key: StreamKey, Value> {
    /// Whether the key is recovered from the word. Folded to a constant in specialised code.
    @inlinable @inline(__always)
    static var keyIsWord: Bool {
        Key.self == Int.self || Key.self == UInt64.self || Key.self == Int64.self
            || Key.self == UInt.self || Key.self == Int32.self || Key.self == UInt32.self
            || Key.self == Int16.self || Key.self == UInt16.self || Key.self == Int8.self
            || Key.self == UInt8.self
    }

    /// Whether slots are copied, moved and dropped as bytes.
    @inlinable @inline(__always)
    static var isTrivial: Bool { _isPOD(Key.self) && _isPOD(Value.self) }

    @inlinable @inline(__always)
    static var keyOffset: Int { roundUp(8, MemoryLayout<Key>.alignment) }

    @inlinable @inline(__always)
    static var valueOffset: Int {
        keyIsWord
            ? roundUp(8, MemoryLayout<Value>.alignment)
            : roundUp(keyOffset &+ MemoryLayout<Key>.size, MemoryLayout<Value>.alignment)
    }

    @inlinable @inline(__always)
    static var alignment: Int {
        max(8, max(MemoryLayout<Key>.alignment, MemoryLayout<Value>.alignment))
    }

    @inlinable @inline(__always)
    static var stride: Int { roundUp(valueOffset &+ MemoryLayout<Value>.size, alignment) }

    /// Whether a slot may begin in one cache line and end in the next.
    @inlinable @inline(__always)
    static var mayCrossLines: Bool { stride > 64 || 64 % stride != 0 }

    @inlinable @inline(__always)
    static func roundUp(_ size: Int, _ alignment: Int) -> Int {
        (size &+ alignment &- 1) & ~(alignment &- 1)
    }

    /// The bits of an integer key.
    @inlinable @inline(__always)
    static func bits(of key: Key) -> UInt64 {
        // Safety: `keyIsWord` holds, so the key is a fixed-width integer of this size.
        switch MemoryLayout<Key>.size {
        case 8: unsafeBitCast(key, to: UInt64.self)
        case 4: UInt64(unsafeBitCast(key, to: UInt32.self))
        case 2: UInt64(unsafeBitCast(key, to: UInt16.self))
        default: UInt64(unsafeBitCast(key, to: UInt8.self))
        }
    }

    /// The integer key of the given bits.
    @inlinable @inline(__always)
    static func key(ofBits bits: UInt64) -> Key {
        // Safety: `keyIsWord` holds, so the key is a fixed-width integer of this size.
        switch MemoryLayout<Key>.size {
        case 8: unsafeBitCast(bits, to: Key.self)
        case 4: unsafeBitCast(UInt32(truncatingIfNeeded: bits), to: Key.self)
        case 2: unsafeBitCast(UInt16(truncatingIfNeeded: bits), to: Key.self)
        default: unsafeBitCast(UInt8(truncatingIfNeeded: bits), to: Key.self)
        }
    }

    // MARK: Parts of a slot in memory

    @inlinable @inline(__always)
    static func key(at slot: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Key> {
        (slot + keyOffset).assumingMemoryBound(to: Key.self)
    }

    @inlinable @inline(__always)
    static func value(at slot: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Value> {
        (slot + valueOffset).assumingMemoryBound(to: Value.self)
    }

    @inlinable @inline(__always)
    static func word(of key: Key, hash: UInt64, salt: UInt64) -> UInt64 {
        keyIsWord ? bits(of: key) ^ salt : hash | 1
    }

    /// Whether the used slot with the given word holds the key.
    @inlinable @inline(__always)
    static func matches(
        _ word: UInt64, _ slot: UnsafeMutableRawPointer, _ key: Key, _ hash: UInt64,
        _ salt: UInt64
    ) -> Bool {
        keyIsWord
            ? word == bits(of: key) ^ salt
            : word == hash | 1 && self.key(at: slot).pointee == key
    }
}
