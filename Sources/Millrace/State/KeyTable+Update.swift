extension KeyTable {
    /// The value of a key.
    /// - Complexity: O(1) on average.
    @inlinable
    public func value(for key: Key, hash: UInt64) -> Value? {
        segments[segmentIndex(hash)].find(key, tag: Self.tag(hash), hash: hash)?.pointee.value
    }

    /// Changes the value of a key in place; a new key begins with `initial`.
    ///
    /// The key is in the table afterwards, even if `body` throws.
    /// - Complexity: O(1) on average; the first write to a segment that a snapshot holds copies it.
    @inlinable @inline(__always)
    public mutating func update<Result>(
        _ key: Key, hash: UInt64, default initial: @autoclosure () throws -> Value,
        _ body: (inout Value) throws -> Result
    ) rethrows -> Result {
        try body(&slot(of: key, hash: hash, default: try initial()).pointee.value)
    }

    /// Changes the value of a key in place if the table has it.
    @inlinable
    public mutating func updateExisting<Result>(
        _ key: Key, hash: UInt64, _ body: (inout Value) throws -> Result
    ) rethrows -> Result? {
        guard let slot = existingSlot(of: key, hash: hash) else { return nil }
        return try body(&slot.pointee.value)
    }

    /// Removes a key.
    @inlinable
    @discardableResult
    public mutating func removeValue(for key: Key, hash: UInt64) -> Value? {
        let index = segmentIndex(hash)
        if mayBeShared { makeUnique(index) }
        let segment = segments[index]
        guard let slot = segment.find(key, tag: Self.tag(hash), hash: hash) else { return nil }
        keyCount &-= 1
        return segment.remove(slot)
    }

    /// Changes the values of a run of events: `body` gets each event's index in `range` and the value of
    /// its key.
    ///
    /// Two passes: the first asks for the slots' cache lines, the second finds them there. This hides
    /// most of the memory's latency, which is the cost of a large table.
    /// - Complexity: O(1) on average per event.
    @inlinable
    public mutating func updateAll(
        _ run: borrowing KeyRun<Key>, in range: some Collection<Int>, initial: () -> Value,
        body: (Int, inout Value) -> Void
    ) {
        if mayBeShared { makeUnique(run, in: range) }
        let keys = run.keys
        let hashes = run.hashes
        for event in range { prefetch(hash: hashes[event]) }
        var heads = heads
        var depth = depth
        for event in range {
            let hash = hashes[event]
            let tag = Self.tag(hash)
            let head = heads[Int(truncatingIfNeeded: (hash &>> 1) &>> (63 &- depth))]
            var index = Int(truncatingIfNeeded: (hash &<< depth) &>> head.shift)
            while true {
                let slot = head.slots + index
                if slot.pointee.tag == tag, slot.pointee.key == keys[event] {
                    body(event, &slot.pointee.value)
                    break
                }
                if slot.pointee.tag == 0 {
                    body(event, &insert(keys[event], hash: hash, initial()).pointee.value)
                    heads = self.heads
                    depth = self.depth
                    break
                }
                index = (index &+ 1) & head.mask
            }
        }
    }

    // MARK: - Growth

    /// Adds a key that the table does not have.
    @inlinable @inline(never)
    mutating func insert(
        _ key: Key, hash: UInt64, _ value: Value
    ) -> UnsafeMutablePointer<Slot> {
        var index = segmentIndex(hash)
        if (segments[index].count + 1) * 5 > segments[index].capacity * 4 {
            grow(index)
            index = segmentIndex(hash)
        }
        let segment = segments[index]
        let slot = segment.vacancy(hash)
        slot.initialize(to: Slot(tag: Self.tag(hash), key: key, value: value))
        segment.count &+= 1
        keyCount &+= 1
        return slot
    }

    /// Doubles a segment, or splits the only one when it gets large. The segment is not shared.
    @inlinable @inline(never)
    mutating func grow(_ index: Int) {
        let segment = segments[index]
        if depth == 0, segment.capacity >= Self.singleSegmentCapacity {
            depth = UInt64(Self.segmentCount.trailingZeroBitCount)
            let capacity = segment.capacity * 4 / Self.segmentCount
            let depth = depth
            install(
                ContiguousArray((0..<Self.segmentCount).map { _ in
                    Segment(capacity: capacity, depth: depth)
                }))
        } else {
            replace(index, by: Segment(capacity: segment.capacity * 2, depth: depth))
        }
        keyCount &-= segment.count
        for source in 0..<segment.capacity where segment.slots[source].tag != 0 {
            let slot = (segment.slots + source).move()
            segment.slots[source].tag = 0
            adopt(slot)
        }
        segment.count = 0
    }

    /// Moves an entry of another segment in. While a table splits, a part may be fuller than the rest.
    @inlinable
    mutating func adopt(_ entry: consuming Slot) {
        let hash = entry.key.stableHash
        let index = segmentIndex(hash)
        if (segments[index].count + 1) * 5 > segments[index].capacity * 4 { grow(index) }
        segments[index].vacancy(hash).initialize(to: entry)
        segments[index].count &+= 1
        keyCount &+= 1
    }

    @inlinable
    mutating func replace(_ index: Int, by segment: Segment) {
        segments[index] = segment
        heads[index] = Head(segment)
    }

    // MARK: - Copy on write

    /// Copies a segment that a snapshot still holds.
    @inlinable @inline(never)
    mutating func makeUnique(_ index: Int) {
        if !isKnownUniquelyReferenced(&segments[index]) {
            replace(index, by: segments[index].copy())
        }
    }

    @inlinable @inline(never)
    mutating func makeUnique(_ run: borrowing KeyRun<Key>, in range: some Collection<Int>) {
        for event in range { makeUnique(segmentIndex(run.hashes[event])) }
        mayBeShared = isShared
    }

    /// Whether a snapshot holds one of the segments.
    @inlinable
    var isShared: Bool {
        mutating get { !segments.indices.allSatisfy { isKnownUniquelyReferenced(&segments[$0]) } }
    }
}

// MARK: - Slots

extension KeyTable {
    /// The slot of a key; a new key's value begins with `initial`.
    ///
    /// Safety: the pointer is valid until the table changes again.
    @inlinable @inline(__always)
    mutating func slot(
        of key: Key, hash: UInt64, default initial: @autoclosure () throws -> Value
    ) rethrows -> UnsafeMutablePointer<Slot> {
        if mayBeShared { makeUnique(segmentIndex(hash)) }
        let head = heads[segmentIndex(hash)]
        let tag = Self.tag(hash)
        var index = Int(truncatingIfNeeded: (hash &<< depth) &>> head.shift)
        while true {
            let slot = head.slots + index
            if slot.pointee.tag == tag, slot.pointee.key == key { return slot }
            if slot.pointee.tag == 0 { break }
            index = (index &+ 1) & head.mask
        }
        return insert(key, hash: hash, try initial())
    }

    /// The slot of a key, if the table has it.
    ///
    /// Safety: the pointer is valid until the table changes again.
    @inlinable
    mutating func existingSlot(of key: Key, hash: UInt64) -> UnsafeMutablePointer<Slot>? {
        let segment = segmentIndex(hash)
        if mayBeShared { makeUnique(segment) }
        return segments[segment].find(key, tag: Self.tag(hash), hash: hash)
    }
}
