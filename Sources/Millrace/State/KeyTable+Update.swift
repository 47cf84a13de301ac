extension KeyTable {
    /// Changes the value of a key in place; a key that is not there gets the initial value first.
    ///
    /// If `body` throws, the key stays with the value that `body` left.
    /// - Complexity: O(1) on average.
    /// - Throws: What `initial` or `body` throws. If `initial` throws, nothing is stored.
    @inlinable @inline(__always)
    public mutating func update<R>(
        _ key: Key, hash: UInt64, default initial: @autoclosure () throws -> Value,
        _ body: (inout Value) throws -> R
    ) rethrows -> R {
        let index = segmentIndex(of: hash)
        prepareToWrite(index)
        let segment = slots + index
        let home = segment.pointee.address(segment.pointee.home(of: hash))
        let word = home.load(as: UInt64.self)
        let value: UnsafeMutablePointer<Value>
        if word != 0 && Slot.matches(word, home, key, hash, segment.pointee.salt) {
            value = Slot.value(at: home)
        } else {
            let slot = segment.pointee.find(key, hash: hash)
            value =
                slot >= 0
                ? segment.pointee.value(at: slot)
                : insert(key, hash: hash, at: ~slot, try initial())
        }
        return try body(&value.pointee)
    }

    /// Changes the value of a key in place, or returns nil if there is none.
    ///
    /// If `body` throws, the key stays with the value that `body` left.
    /// - Complexity: O(1) on average.
    @inlinable @inline(__always)
    public mutating func updateExisting<R>(
        _ key: Key, hash: UInt64, _ body: (inout Value) throws -> R
    ) rethrows -> R? {
        let index = segmentIndex(of: hash)
        let slot = slots[index].find(key, hash: hash)
        if slot < 0 { return nil }
        // A copy has every key in the same slot.
        prepareToWrite(index)
        return try body(&slots[index].value(at: slot).pointee)
    }

    /// Removes a key and returns its value, or nil if there was none. Leaves no marker behind, so
    /// a table whose keys come and go stays as fast as a new one.
    /// - Complexity: O(1) on average.
    @inlinable
    @discardableResult
    public mutating func removeValue(for key: Key, hash: UInt64) -> Value? {
        let index = segmentIndex(of: hash)
        let slot = slots[index].find(key, hash: hash)
        if slot < 0 { return nil }
        prepareToWrite(index)
        count &-= 1
        return slots[index].remove(at: slot)
    }

    /// Removes every key. With `keepingCapacity`, the table is ready for as many keys as before
    /// without growing, and for trivial keys and values costs one pass of zeroing.
    /// - Complexity: O(capacity).
    @inlinable
    public mutating func removeAll(keepingCapacity: Bool = false) {
        guard keepingCapacity else {
            self = KeyTable(nextVersion: nextVersion)
            return
        }
        for index in 0..<segmentCount where slots[index].count != 0 {
            if slots[index].isShared && !isKnownUniquelyReferenced(&segments[index]) {
                let segment = Segment(capacity: slots[index].capacity)
                slots[index] = Slots(
                    base: segment.base, capacity: segment.capacity,
                    multiplier: slots[index].multiplier, salt: slots[index].salt)
                segments[index].replaced()
                segments[index] = segment
                sharedCount &-= 1
            } else {
                prepareToWrite(index)
                slots[index].clear()
            }
        }
        count = 0
    }

    /// An empty table whose snapshots continue another's versions.
    @inlinable
    init(nextVersion: UInt64) {
        self.init()
        self.nextVersion = nextVersion
    }

    /// Removes every key for which `shouldRemove` is true. The predicate sees every key once and may
    /// change the values that stay. A segment that becomes nearly empty gives memory back.
    /// - Complexity: O(capacity).
    @inlinable
    public mutating func removeAll(
        where shouldRemove: (Key, inout Value) throws -> Bool
    ) rethrows {
        for index in 0..<segmentCount where slots[index].count != 0 {
            prepareToWrite(index)
            try removeAll(inSegment: index, where: shouldRemove)
            let used = Int(slots[index].count)
            if slots[index].capacity > 64 && used &* 8 < slots[index].capacity {
                resize(index, capacity: Slots.capacity(for: used &* 2))
            }
        }
    }

    @inlinable
    mutating func removeAll(
        inSegment index: Int, where shouldRemove: (Key, inout Value) throws -> Bool
    ) rethrows {
        // Starts behind an empty slot: a removal moves back only keys of the same run of used slots,
        // so none that was seen moves to where it would be seen again, and none is skipped.
        let mask = slots[index].mask
        var start = 0
        while slots[index].word(at: start) != 0 { start &+= 1 }
        var offset = 1
        while offset <= mask {
            let slot = (start &+ offset) & mask
            let segment = slots[index]
            if segment.word(at: slot) == 0 {
                offset &+= 1
            } else if try shouldRemove(segment.key(at: slot), &segment.value(at: slot).pointee) {
                count &-= 1
                _ = slots[index].remove(at: slot)
            } else {
                offset &+= 1
            }
        }
    }
}
