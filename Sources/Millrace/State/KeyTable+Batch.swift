public import CMillrace

extension KeyTable {
    /// Updates the values of a run of events: for each index in turn, finds the value of its key,
    /// stores an initial one if there is none, and passes it to `body`.
    ///
    /// Unless the table fits in a near cache, every key and hash is computed some events before its
    /// slot is needed, and the slot's memory asked for. So the misses of many events overlap, which is
    /// what a large table's time consists of. `key` is called once per event, in order.
    ///
    /// - Throws: What `initial` or `body` throws; the events before it are in, the later ones not.
    /// - Complexity: O(1) on average per event.
    @inlinable @inline(__always)
    public mutating func updateAll(
        in range: Range<Int>, key: (Int) -> Key, initial: () throws -> Value,
        body: (Int, inout Value) throws -> Void
    ) rethrows {
        var start = range.lowerBound
        if range.isEmpty { return }
        if isNear { start = try updateNear(range, key: key, initial: initial, body: body) }
        if start == range.upperBound { return }
        try KeyTableLookahead<Key>.withScratch { keys, hashes, homes in
            let mask = KeyTableLookahead<Key>.mask
            try updateAhead(
                start..<range.upperBound, homes: homes,
                prepare: { index in
                    let key = key(index)
                    let hash = key.stableHash
                    if !Slot.keyIsWord { hashes[index & mask] = hash }
                    (keys + (index & mask)).initialize(to: key)
                    return hash
                },
                key: { UnsafePointer(keys + ($0 & mask)) },
                hash: { index in
                    // Not worth keeping where it is one multiplication.
                    Slot.keyIsWord ? keys[index & mask].stableHash : hashes[index & mask]
                },
                finish: { (keys + ($0 & mask)).deinitialize(count: 1) },
                initial: initial, body: body)
        }
    }

    /// Updates the values of a run of events whose keys and hashes are known: as
    /// ``updateAll(in:key:initial:body:)``. Both columns hold every index in `range`.
    @inlinable @inline(__always)
    public mutating func updateAll(
        in range: Range<Int>, keys: ContiguousArray<Key>, hashes: ContiguousArray<UInt64>,
        initial: () throws -> Value, body: (Int, inout Value) throws -> Void
    ) rethrows {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= min(keys.count, hashes.count),
            "the columns hold a key and a hash for every event")
        try keys.withUnsafeBufferPointer { keys in
            try hashes.withUnsafeBufferPointer { hashes in
                guard let keys = keys.baseAddress, let hashes = hashes.baseAddress else { return }
                try KeyTableLookahead<Key>.withScratch { _, _, homes in
                    try updateAhead(
                        range, homes: homes, prepare: { hashes[$0] }, key: { keys + $0 },
                        hash: { hashes[$0] }, finish: { _ in }, initial: initial, body: body)
                }
            }
        }
    }

    /// Updates with every slot on its way since ``KeyTableLookahead/size`` events.
    ///
    /// `prepare` gives an event's hash and is called once for each; `key` and `hash` are called only
    /// between `prepare` and `finish`, which follows every `prepare` even if `body` throws.
    @inlinable @inline(__always)
    mutating func updateAhead(
        _ range: Range<Int>, homes: UnsafeMutablePointer<UnsafeMutableRawPointer>,
        prepare: (Int) -> UInt64, key: (Int) -> UnsafePointer<Key>, hash hashOf: (Int) -> UInt64,
        finish: (Int) -> Void, initial: () throws -> Value,
        body: (Int, inout Value) throws -> Void
    ) rethrows {
        let mask = KeyTableLookahead<Key>.mask
        var multiplier = slots.pointee.multiplier
        var salt = slots.pointee.salt
        var prepared = range.lowerBound
        var index = range.lowerBound
        let asksForTwoLines = isLargeAndCrowded
        defer {
            while index < prepared {
                finish(index)
                index &+= 1
            }
        }
        while index < range.upperBound {
            if prepared < range.upperBound {
                let hash = prepare(prepared)
                prepareToWrite(segmentIndex(of: hash))
                let home = prefetchedHome(of: hash, multiplier)
                if asksForTwoLines { millrace_prefetch(home + 64) }
                homes[prepared & mask] = home
                prepared &+= 1
                if prepared &- index <= mask { continue }
            }
            let home = homes[index & mask]
            let word = home.load(as: UInt64.self)
            let value: UnsafeMutablePointer<Value>
            if word != 0 && Slot.matches(word, home, key(index).pointee, hashOf(index), salt) {
                value = Slot.value(at: home)
            } else {
                let hash = hashOf(index)
                let segment = slots + segmentIndex(of: hash)
                let slot = segment.pointee.find(key(index).pointee, hash: hash)
                if slot >= 0 {
                    value = segment.pointee.value(at: slot)
                } else {
                    let layout = layoutVersion
                    value = insert(key(index).pointee, hash: hash, at: ~slot, try initial())
                    if layout != layoutVersion {
                        // Slots have moved, and what was asked for is elsewhere.
                        multiplier = slots.pointee.multiplier
                        salt = slots.pointee.salt
                        for later in index..<prepared {
                            homes[later & mask] = prefetchedHome(of: hashOf(later), multiplier)
                        }
                    }
                }
            }
            try body(index, &value.pointee)
            finish(index)
            index &+= 1
        }
    }
}
