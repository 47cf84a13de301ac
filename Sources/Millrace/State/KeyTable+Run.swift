extension KeyTable {
    /// Updates the values of those events of a run whose indices are given, as
    /// ``updateAll(in:key:initial:body:)``.
    @inlinable @inline(__always)
    mutating func updateAll(
        _ run: borrowing KeyRun<Key>, in indices: some RandomAccessCollection<Int>,
        initial: () throws -> Value, body: (Int, inout Value) throws -> Void
    ) rethrows {
        let keys = run.keys
        let hashes = run.hashes
        let first = indices.startIndex
        let isNear = isNear
        try KeyTableLookahead<Key>.withScratch { _, _, homes in
            func event(_ place: Int) -> Int { indices[indices.index(first, offsetBy: place)] }
            if isNear {
                for place in 0..<indices.count {
                    let index = event(place)
                    try update(keys[index], hash: hashes[index], default: try initial()) {
                        try body(index, &$0)
                    }
                }
                return
            }
            try updateAhead(
                0..<indices.count, homes: homes, prepare: { hashes[event($0)] },
                key: { UnsafePointer(keys + event($0)) }, hash: { hashes[event($0)] },
                finish: { _ in }, initial: initial, body: { try body(event($0), &$1) })
        }
    }

    /// Where the value of a key is; a new key begins with `initial`.
    ///
    /// Safety: the pointer is valid until the table changes again.
    @inlinable @inline(__always)
    mutating func pointer(
        to key: Key, hash: UInt64, default initial: @autoclosure () throws -> Value
    ) rethrows -> UnsafeMutablePointer<Value> {
        let index = segmentIndex(of: hash)
        prepareToWrite(index)
        let slot = slots[index].find(key, hash: hash)
        if slot >= 0 { return slots[index].value(at: slot) }
        return insert(key, hash: hash, at: ~slot, try initial())
    }

    /// Where the value of a key is, if the table has it.
    ///
    /// Safety: the pointer is valid until the table changes again.
    @inlinable @inline(__always)
    mutating func existingPointer(to key: Key, hash: UInt64) -> UnsafeMutablePointer<Value>? {
        let index = segmentIndex(of: hash)
        let slot = slots[index].find(key, hash: hash)
        if slot < 0 { return nil }
        prepareToWrite(index)
        return slots[index].value(at: slot)
    }
}
