extension KeySegmentSlots {
    /// Fills an empty slot.
    @inlinable @inline(__always)
    mutating func fill(_ slot: Int, _ key: Key, hash: UInt64, _ value: consuming Value) {
        address(slot).storeBytes(of: word(of: key, hash: hash), as: UInt64.self)
        if !Slot.keyIsWord { storedKey(at: slot).initialize(to: key) }
        self.value(at: slot).initialize(to: value)
        count &+= 1
    }

    /// Takes the value out of a used slot and closes the gap, so that no probe ends early: keys that
    /// follow move back unless that would put them before their home (Knuth, 6.4, algorithm R).
    @inlinable
    mutating func remove(at slot: Int) -> Value {
        if !Slot.keyIsWord { storedKey(at: slot).deinitialize(count: 1) }
        let removed = value(at: slot).move()
        var gap = slot
        var next = (slot &+ 1) & mask
        while word(at: next) != 0 {
            let distance = (next &- home(of: hash(at: next))) & mask
            if distance >= (next &- gap) & mask {
                moveSlot(from: next, of: self, to: gap)
                gap = next
            }
            next = (next &+ 1) & mask
        }
        address(gap).storeBytes(of: 0, as: UInt64.self)
        count &-= 1
        return removed
    }

    /// Moves a slot's contents as they are; the source keeps its word.
    @inlinable @inline(__always)
    func moveSlot(from source: Int, of other: KeySegmentSlots, to slot: Int) {
        address(slot).storeBytes(of: other.word(at: source), as: UInt64.self)
        if !Slot.keyIsWord {
            storedKey(at: slot).moveInitialize(from: other.storedKey(at: source), count: 1)
        }
        value(at: slot).moveInitialize(from: other.value(at: source), count: 1)
    }

    /// Moves the slot of `other` into an empty slot here, and empties it. Both have the same salt.
    @inlinable @inline(__always)
    mutating func take(_ source: Int, of other: KeySegmentSlots) {
        moveSlot(from: source, of: other, to: emptySlot(for: other.hash(at: source)))
        count &+= 1
        // Only an owner that will drop what is left needs to see that nothing is.
        if !Slot.isTrivial { other.address(source).storeBytes(of: 0, as: UInt64.self) }
    }

    /// Copies every used slot to the same place in an empty segment of the same capacity.
    @inlinable
    mutating func copyAll(of other: KeySegmentSlots) {
        salt = other.salt
        count = other.count
        if Slot.isTrivial {
            base.copyMemory(from: other.base, byteCount: capacity &* Slot.stride)
            return
        }
        for slot in 0..<capacity where other.word(at: slot) != 0 {
            address(slot).storeBytes(of: other.word(at: slot), as: UInt64.self)
            if !Slot.keyIsWord {
                storedKey(at: slot).initialize(to: other.storedKey(at: slot).pointee)
            }
            value(at: slot).initialize(to: other.value(at: slot).pointee)
        }
    }

    /// Drops every key and value; the words stay.
    @inlinable
    func deinitializeAll() {
        for slot in 0..<capacity where word(at: slot) != 0 {
            if !Slot.keyIsWord { storedKey(at: slot).deinitialize(count: 1) }
            value(at: slot).deinitialize(count: 1)
        }
    }

    /// Drops everything and leaves empty slots.
    @inlinable
    mutating func clear() {
        if count == 0 { return }
        if !Slot.isTrivial { deinitializeAll() }
        base.initializeMemory(as: UInt8.self, repeating: 0, count: capacity &* Slot.stride)
        count = 0
    }

    /// Whether a key equal to `salt` is present.
    @inlinable
    func hasKey(equalTo salt: UInt64) -> Bool {
        (0..<capacity).contains { word(at: $0) == self.salt ^ salt && word(at: $0) != 0 }
    }

    /// Combines the integer keys with another salt, which is none of them.
    @inlinable
    mutating func changeSalt(to new: UInt64) {
        for slot in 0..<capacity where word(at: slot) != 0 {
            address(slot).storeBytes(of: word(at: slot) ^ salt ^ new, as: UInt64.self)
        }
        salt = new
    }
}
