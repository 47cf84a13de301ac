/// Remembers when which entry is to be looked at again: a timing wheel of buckets, with O(1) to schedule.
///
/// The wheel turns over one block of buckets at a time; what lies in later blocks waits in a list per
/// block. Entries are not moved when their time changes: whoever drains them looks whether they are
/// really due and schedules them anew (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", SOSP
/// 1987).
@usableFromInline
struct ExpiryWheel<Entry: Sendable>: Sendable {
    @usableFromInline
    struct Timed: Sendable {
        @usableFromInline var time: Int64
        @usableFromInline var entry: Entry

        @inlinable
        init(time: Int64, entry: Entry) {
            self.time = time
            self.entry = entry
        }
    }

    /// The number of buckets in a block: two to the power of this.
    @usableFromInline static var blockBits: Int64 { 11 }
    @usableFromInline static var blockSize: Int { 1 << 11 }

    /// Milliseconds per bucket.
    @usableFromInline let widthMillis: Int64
    /// The buckets of the current block.
    @usableFromInline var ring: ContiguousArray<ContiguousArray<Timed>> = []
    /// Which buckets hold something, a bit each: where entries are few, nearly all are empty.
    @usableFromInline var used: ContiguousArray<UInt64> = []
    /// The number of the current block.
    @usableFromInline var block: Int64?
    /// The first bucket of the block that may hold something.
    @usableFromInline var cursor = 0
    @usableFromInline var ringCount = 0
    /// What lies in later blocks.
    @usableFromInline var far: [Int64: ContiguousArray<Timed>] = [:]
    /// The numbers of the later blocks that hold something.
    @usableFromInline var farBlocks = MinHeap<Int64>()
    /// How many entries wait.
    @usableFromInline var count = 0

    /// - Parameter spanMillis: About how far ahead entries are scheduled.
    @inlinable
    init(spanMillis: Int64) { widthMillis = max(1, spanMillis / 1024) }

    @inlinable @inline(__always)
    func bucket(of time: Int64) -> Int64 { time.flooredDivision(by: widthMillis) }

    @inlinable @inline(__always)
    func slot(_ bucket: Int64) -> Int { Int(bucket) & (Self.blockSize - 1) }

    /// Schedules an entry for `time`, which must be after what has been drained.
    /// - Complexity: O(1) on average.
    @inlinable
    mutating func schedule(_ entry: Entry, at time: Int64) {
        let bucket = bucket(of: time)
        let target = bucket >> Self.blockBits
        count &+= 1
        if ringCount == 0, target <= farBlocks.first ?? .max { open(target) }
        let timed = Timed(time: time, entry: entry)
        guard let block, target <= block else { return putFar(timed, block: target) }
        if target < block { goBack(to: target) }
        put(timed, inSlot: slot(bucket))
    }

    /// Puts an entry into a bucket of the current block.
    @inlinable
    mutating func put(_ timed: Timed, inSlot slot: Int) {
        ring[slot].append(timed)
        used[slot >> 6] |= 1 << UInt64(slot & 63)
        ringCount &+= 1
        cursor = Swift.min(cursor, slot)
    }

    /// The first bucket from `slot` on that holds something; the size of the block if there is none.
    @inlinable
    func firstUsed(from slot: Int) -> Int {
        var word = slot >> 6
        guard word < used.count else { return Self.blockSize }
        var bits = used[word] & ~0 << UInt64(slot & 63)
        while bits == 0 {
            word &+= 1
            if word == used.count { return Self.blockSize }
            bits = used[word]
        }
        return word << 6 | bits.trailingZeroBitCount
    }

    @inlinable
    mutating func putFar(_ timed: Timed, block: Int64) {
        // Looked up once, which is most of what this takes.
        let countBefore = far.count
        far[block, default: []].append(timed)
        if far.count > countBefore { farBlocks.insert(block) }
    }

    /// Makes a block the current one; the ring is empty.
    @inlinable @inline(never)
    mutating func open(_ target: Int64) {
        if ring.isEmpty {
            ring = ContiguousArray(repeating: [], count: Self.blockSize)
            used = ContiguousArray(repeating: 0, count: Self.blockSize / 64)
        }
        block = target
        cursor = Self.blockSize
        guard farBlocks.first == target else { return }
        farBlocks.popFirst()
        for timed in far.removeValue(forKey: target) ?? [] {
            put(timed, inSlot: slot(bucket(of: timed.time)))
        }
    }

    /// Puts the current block aside for an earlier one.
    @inlinable @inline(never)
    mutating func goBack(to target: Int64) {
        if let block {
            for slot in ring.indices {
                for timed in ring[slot] { putFar(timed, block: block) }
                ring[slot] = []
            }
        }
        for word in used.indices { used[word] = 0 }
        ringCount = 0
        open(target)
    }

    /// Takes the entries whose time is at or before `time` out of the next bucket that has any.
    ///
    /// `due` is emptied first, and its storage goes into the wheel for that of the bucket: whoever
    /// passes the same array again and again lets the storage go round, and nothing is allocated.
    /// - Returns: Whether there are any; `false` when no entry is due any more.
    @inlinable
    mutating func drainNext(upTo time: Int64, into due: inout ContiguousArray<Timed>) -> Bool {
        due.removeAll(keepingCapacity: true)
        let last = bucket(of: time)
        let lastBlock = last >> Self.blockBits
        while count > 0 {
            if ringCount == 0 {
                guard let next = farBlocks.first, next <= lastBlock else { return false }
                open(next)
            }
            guard let block, block <= lastBlock else { return false }
            let lastSlot = block < lastBlock ? Self.blockSize - 1 : slot(last)
            cursor = firstUsed(from: cursor)
            if cursor > lastSlot { return false }
            if block == lastBlock, cursor == lastSlot {
                takeDue(upTo: time, from: cursor, into: &due)
                if due.isEmpty { return false }
            } else {
                // A burst's storage is given back rather than left behind in the wheel.
                if due.capacity > Self.keptCapacity { due = [] }
                swap(&due, &ring[cursor])
            }
            if ring[cursor].isEmpty { used[cursor >> 6] &= ~(1 << UInt64(cursor & 63)) }
            count &-= due.count
            ringCount &-= due.count
            return true
        }
        return false
    }

    /// The largest capacity of a bucket that is kept for other entries.
    @usableFromInline static var keptCapacity: Int { 512 }

    /// Takes the entries that are due out of a bucket whose time has not passed as a whole.
    @inlinable
    mutating func takeDue(
        upTo time: Int64, from slot: Int, into due: inout ContiguousArray<Timed>
    ) {
        var kept = 0
        for index in ring[slot].indices {
            let timed = ring[slot][index]
            if timed.time <= time {
                due.append(timed)
            } else {
                ring[slot][kept] = timed
                kept &+= 1
            }
        }
        ring[slot].removeLast(ring[slot].count &- kept)
    }

    /// The time of the earliest entry.
    @inlinable
    var earliest: Int64? {
        if ringCount > 0 {
            let first = firstUsed(from: cursor)
            if first < Self.blockSize { return ring[first].lazy.map(\.time).min() }
        }
        return farBlocks.first.flatMap { far[$0]?.lazy.map(\.time).min() }
    }
}
