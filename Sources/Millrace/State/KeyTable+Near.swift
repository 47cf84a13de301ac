extension KeyTable {
    /// Whether the table is one segment that the second-level cache holds, so that asking for memory
    /// ahead of time only costs instructions.
    @inlinable
    var isNear: Bool {
        segmentMask == 0 && slots.pointee.capacity &* Slot.stride <= 1 << 19
    }

    /// Updates in one pass while the table is near.
    /// - Returns: The first index that is left to do.
    @inlinable @inline(__always)
    mutating func updateNear(
        _ range: Range<Int>, key: (Int) -> Key, initial: () throws -> Value,
        body: (Int, inout Value) throws -> Void
    ) rethrows -> Int {
        prepareToWrite(0)
        var segment = slots.pointee
        var index = range.lowerBound
        var end = range.upperBound
        while index < end {
            let key = key(index)
            let hash = key.stableHash
            let home = segment.address(segment.home(of: hash))
            let word = home.load(as: UInt64.self)
            let value: UnsafeMutablePointer<Value>
            if word != 0 && Slot.matches(word, home, key, hash, segment.salt) {
                value = Slot.value(at: home)
            } else {
                let slot = segment.find(key, hash: hash)
                if slot >= 0 {
                    value = segment.value(at: slot)
                } else {
                    value = insert(key, hash: hash, at: ~slot, try initial())
                    // What the loop knows is stale, and the table may not be near any more.
                    segment = slots.pointee
                    end = isNear ? range.upperBound : index &+ 1
                }
            }
            try body(index, &value.pointee)
            index &+= 1
        }
        return index
    }
}
