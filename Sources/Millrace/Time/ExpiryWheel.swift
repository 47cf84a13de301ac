/// Remembers when which entry is to be looked at again: a timing wheel of buckets, with O(1) to schedule.
///
/// Entries are not moved when their time changes; whoever drains them looks whether they are really due
/// and schedules them anew (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987).
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

    @usableFromInline static var ringSize: Int64 { 2048 }

    /// Milliseconds per bucket.
    @usableFromInline let widthMillis: Int64
    /// The buckets from ``base`` on, by number modulo the ring's size.
    @usableFromInline var ring: ContiguousArray<ContiguousArray<Timed>>
    /// What lies beyond the ring.
    @usableFromInline var far: [Int64: ContiguousArray<Timed>] = [:]
    /// The number of the first bucket that may hold something.
    @usableFromInline var base: Int64?
    /// How many entries wait.
    @usableFromInline var count = 0

    /// - Parameter spanMillis: About how far ahead entries are scheduled.
    @inlinable
    init(spanMillis: Int64) {
        widthMillis = max(1, spanMillis / 1024)
        ring = ContiguousArray(repeating: [], count: Int(Self.ringSize))
    }

    @inlinable
    func bucket(of time: Int64) -> Int64 { time.flooredDivision(by: widthMillis) }

    @inlinable
    func slot(_ bucket: Int64) -> Int { Int(bucket & (Self.ringSize - 1)) }

    /// Schedules an entry for `time`, at or after what has been drained last.
    @inlinable
    mutating func schedule(_ entry: Entry, at time: Int64) {
        let bucket = bucket(of: time)
        if let base, bucket < base {
            rebase(to: bucket)
        } else if base == nil {
            base = bucket
        }
        let timed = Timed(time: time, entry: entry)
        if bucket &- (base ?? bucket) < Self.ringSize {
            ring[slot(bucket)].append(timed)
        } else {
            far[bucket, default: []].append(timed)
        }
        count &+= 1
    }

    /// Moves the beginning of the ring back: what falls off its end becomes far.
    @inlinable @inline(never)
    mutating func rebase(to bucket: Int64) {
        guard let old = base else { return }
        base = bucket
        let end = bucket.saturatingAdd(Self.ringSize)
        for number in Swift.max(old, end)..<old.saturatingAdd(Self.ringSize)
        where !ring[slot(number)].isEmpty {
            far[number, default: []] += ring[slot(number)]
            ring[slot(number)] = []
        }
    }

    /// Takes the entries whose time is at or before `time` out of the next bucket that has any.
    ///
    /// - Returns: `nil` when no entry is due any more.
    @inlinable
    mutating func drainNext(upTo time: Int64) -> ContiguousArray<Timed>? {
        let last = bucket(of: time)
        while count > 0, let first = base, first <= last {
            var due: ContiguousArray<Timed> = []
            swap(&due, &ring[slot(first)])
            if due.isEmpty {
                skipEmpty(upTo: last)
                continue
            }
            if first == last {
                ring[slot(first)] = due.filter { $0.time > time }
                due.removeAll { $0.time > time }
                if due.isEmpty { return nil }
            } else {
                moveBase(to: first + 1)
            }
            count &-= due.count
            return due
        }
        return nil
    }

    /// Moves on to the next bucket that has entries, or past `last`.
    @inlinable
    mutating func skipEmpty(upTo last: Int64) {
        guard var bucket = base else { return }
        let end = bucket.saturatingAdd(Self.ringSize)
        bucket += 1
        while bucket < end, bucket <= last, ring[slot(bucket)].isEmpty { bucket += 1 }
        if bucket >= end, let next = far.keys.min() { bucket = Swift.max(bucket, next) }
        moveBase(to: Swift.min(bucket, last.saturatingAdd(1)))
    }

    /// Moves the beginning of the ring on, and brings in what has come within its reach.
    @inlinable
    mutating func moveBase(to bucket: Int64) {
        base = bucket
        if far.isEmpty { return }
        for number in far.keys where number &- bucket < Self.ringSize {
            if let entries = far.removeValue(forKey: number) { ring[slot(number)] += entries }
        }
    }

    /// The time of the earliest entry.
    @inlinable
    var earliest: Int64? {
        guard count > 0, let base else { return nil }
        for offset in 0..<Self.ringSize {
            if let time = ring[slot(base + offset)].lazy.map(\.time).min() { return time }
        }
        return far.min { $0.key < $1.key }?.value.lazy.map(\.time).min()
    }
}
