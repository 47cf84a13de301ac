/// The heap and the index of a summary's counters.
extension SpaceSaving {
    // MARK: - Heap

    /// Whether a counter is replaced before another.
    @inlinable @inline(__always)
    static func isBefore(_ a: borrowing Counter, _ b: borrowing Counter) -> Bool {
        a.count != b.count ? a.count < b.count : a.value > b.value
    }

    /// Lets a counter that has grown sink to its rank.
    @inlinable
    mutating func sink(from start: Int) {
        // Safety: ranks below `count` are in the heap, and the heap holds places of counters.
        counters.withUnsafeMutableBufferPointer { counters in
            heap.withUnsafeMutableBufferPointer { heap in
                let count = heap.count
                let place = heap[start]
                var rank = start
                while true {
                    var child = rank &* 2 &+ 1
                    if child >= count { break }
                    if child &+ 1 < count,
                        Self.isBefore(
                            counters[Int(heap[child &+ 1])], counters[Int(heap[child])])
                    {
                        child &+= 1
                    }
                    if !Self.isBefore(counters[Int(heap[child])], counters[Int(place)]) { break }
                    heap[rank] = heap[child]
                    counters[Int(heap[rank])].rank = rank
                    rank = child
                }
                if rank == start { return }
                heap[rank] = place
                counters[Int(place)].rank = rank
            }
        }
    }

    /// Lets a new counter rise to its rank.
    @inlinable
    mutating func rise(from start: Int) {
        let place = heap[start]
        var rank = start
        while rank > 0 {
            let parent = (rank &- 1) / 2
            if !Self.isBefore(counters[Int(place)], counters[Int(heap[parent])]) { break }
            heap[rank] = heap[parent]
            counters[Int(heap[rank])].rank = rank
            rank = parent
        }
        heap[rank] = place
        counters[Int(place)].rank = rank
    }

    /// Adds a counter, which the index gets in its empty slot.
    @inlinable
    mutating func append(_ value: Value, hash: UInt64, count: Int, error: Int, at slot: Int) {
        let place = Int32(truncatingIfNeeded: counters.count)
        index[slot] = place
        counters.append(
            Counter(value: value, hash: hash, count: count, error: error, rank: heap.count))
        heap.append(place)
        rise(from: heap.count &- 1)
    }

    /// Gives the first counter of the heap to another value, which may have occurred as often.
    @inlinable
    mutating func replaceFirst(by value: Value, hash: UInt64) {
        let place = heap[0]
        let replaced = counters[Int(place)].count
        removeFromIndex(place)
        counters[Int(place)] = Counter(
            value: value, hash: hash, count: replaced &+ 1, error: replaced, rank: 0)
        index[~slot(of: value, hash: hash)] = place
        sink(from: 0)
    }

    // MARK: - Index

    /// Where the search for a hash begins.
    @inlinable @inline(__always)
    func home(of hash: UInt64) -> Int {
        let mixed = hash &* KeyTableSplit.multiplier(isSplit: false)
        return Int(truncatingIfNeeded: mixed &>> UInt64(64 &- index.count.trailingZeroBitCount))
    }

    /// The slot of a value's counter in the index, or the complement of the empty slot where it would
    /// go: open addressing with linear probing, at most half full.
    @inlinable @inline(__always)
    func slot(of value: Value, hash: UInt64) -> Int {
        let mask = index.count &- 1
        var slot = home(of: hash)
        while true {
            let place = Int(index[slot])
            if place < 0 { return ~slot }
            if counters[place].hash == hash, counters[place].value == value { return slot }
            slot = (slot &+ 1) & mask
        }
    }

    /// Takes a counter out and closes the gap (Knuth, The Art of Computer Programming 3, 6.4, algorithm
    /// R).
    @inlinable
    mutating func removeFromIndex(_ place: Int32) {
        let mask = index.count &- 1
        var gap = home(of: counters[Int(place)].hash)
        while index[gap] != place { gap = (gap &+ 1) & mask }
        var next = (gap &+ 1) & mask
        while index[next] >= 0 {
            let home = home(of: counters[Int(index[next])].hash)
            if (next &- home) & mask >= (next &- gap) & mask {
                index[gap] = index[next]
                gap = next
            }
            next = (next &+ 1) & mask
        }
        index[gap] = -1
    }

    @inlinable @inline(never)
    mutating func growIndex() {
        index = ContiguousArray(repeating: -1, count: Swift.max(16, index.count &* 2))
        let mask = index.count &- 1
        for place in counters.indices {
            var slot = home(of: counters[place].hash)
            while index[slot] >= 0 { slot = (slot &+ 1) & mask }
            index[slot] = Int32(truncatingIfNeeded: place)
        }
    }
}
