extension KeyTable {
    /// Stores a key that is not there, in the empty slot that the search ended at unless room must
    /// be made first, and gives its value's place.
    @inlinable @inline(never)
    mutating func insert(
        _ key: Key, hash: UInt64, at emptySlot: Int, _ value: consuming Value
    ) -> UnsafeMutablePointer<Value> {
        var segment = slots + segmentIndex(of: hash)
        var slot = emptySlot
        if segment.pointee.isFull || segment.pointee.word(of: key, hash: hash) == 0
            || segment.pointee.isHeaped(at: emptySlot, hash: hash)
        {
            makeRoom(for: key, hash: hash)
            segment = slots + segmentIndex(of: hash)
            slot = segment.pointee.emptySlot(for: hash)
        }
        segment.pointee.fill(slot, key, hash: hash, value)
        count &+= 1
        return segment.pointee.value(at: slot)
    }

    /// Makes the key's segment able to take the key.
    @inlinable @inline(never)
    mutating func makeRoom(for key: Key, hash: UInt64) {
        layoutVersion &+= 1
        if slots[segmentIndex(of: hash)].isFull {
            if segmentMask == 0 && count >= KeyTableSplit.threshold {
                split()
            } else {
                let index = segmentIndex(of: hash)
                resize(index, capacity: slots[index].capacity &* 2)
            }
        }
        let segment = slots + segmentIndex(of: hash)
        if segment.pointee.isFull
            || segment.pointee.isHeaped(at: segment.pointee.emptySlot(for: hash), hash: hash)
        {
            resize(segmentIndex(of: hash), capacity: segment.pointee.capacity &* 2)
        }
        if segment.pointee.word(of: key, hash: hash) == 0 { changeSalt() }
    }

    /// Changes the salt of every segment to one that is no present key, so that the key equal to the
    /// old one fits in. Needed for one key of 2^64.
    @inlinable
    mutating func changeSalt() {
        var salt = slots.pointee.salt
        repeat {
            salt = salt &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        } while (0..<segmentCount).contains { slots[$0].hasKey(equalTo: salt) }
        for index in 0..<segmentCount {
            unshare(index)
            slots[index].changeSalt(to: salt)
        }
    }

    /// Moves a segment that is not shared into another capacity. One pass over both memories.
    @inlinable
    mutating func resize(_ index: Int, capacity: Int) {
        let old = slots[index]
        let segment = Segment(capacity: capacity)
        var new = Slots(
            base: segment.base, capacity: capacity, multiplier: old.multiplier, salt: old.salt)
        for slot in 0..<old.capacity where old.word(at: slot) != 0 { new.take(slot, of: old) }
        slots[index] = new
        segments[index] = segment
    }

    /// Distributes the only segment, which is not shared, over all segments.
    @inlinable
    mutating func split() {
        let old = slots[0]
        let owner = segments[0]
        let used = (0..<old.capacity).filter { old.word(at: $0) != 0 }
        segmentMask = UInt64(KeyTableSplit.segmentCount &- 1)
        var counts = [Int](repeating: 0, count: segmentCount)
        for slot in used { counts[segmentIndex(of: old.hash(at: slot))] &+= 1 }
        // Room to grow by a half, since a table that splits is a table that grows.
        segments = ContiguousArray(
            counts.map { Segment(capacity: Slots.capacity(for: $0 &+ $0 / 2)) })
        slots.deallocate()
        slots = .allocate(capacity: segmentCount)
        for (index, segment) in segments.enumerated() {
            (slots + index).initialize(
                to: Slots(
                    base: segment.base, capacity: segment.capacity,
                    multiplier: KeyTableSplit.multiplier(isSplit: true), salt: old.salt))
        }
        for slot in used { slots[segmentIndex(of: old.hash(at: slot))].take(slot, of: old) }
        withExtendedLifetime(owner) {}
    }

    /// Makes sure that nobody else sees writes to the segment: takes it from the checkpoints that hold
    /// it, or copies it.
    @inlinable @inline(never)
    mutating func unshare(_ index: Int) {
        guard slots[index].isShared else { return }
        sharedCount &-= 1
        slots[index].isShared = false
        // The segment was written last before the snapshot; what it holds from now on is newer.
        if isKnownUniquelyReferenced(&segments[index]) {
            segments[index].becomeUnshared()
            return
        }
        let old = slots[index]
        if let taken = segments[index].takeMemory(of: old) {
            segments[index] = taken
            return
        }
        let copy = Segment(capacity: old.capacity, zeroed: !Slot.isTrivial)
        var new = Slots(
            base: copy.base, capacity: old.capacity, multiplier: old.multiplier)
        new.copyAll(of: old)
        slots[index] = new
        segments[index].replaced()
        segments[index] = copy
    }

    /// Makes a segment ready to be written, at the price of one test while no snapshot is alive.
    @inlinable @inline(__always)
    mutating func prepareToWrite(_ index: Int) {
        if sharedCount != 0 { unshare(index) }
    }
}
