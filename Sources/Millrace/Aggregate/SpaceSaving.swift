/// The summary behind ``HeavyHitters``.
///
/// When every counter is taken, a new value takes the place of the least frequent one; of equally frequent
/// ones, of the greatest. So what is replaced depends on the counts alone: not on the order in which values
/// became equal, and not on a checkpoint in between. That order is kept by a heap, which costs O(log
/// capacity) where the paper's list of buckets, which leaves the choice open, costs O(1).
public struct SpaceSaving<Value: StreamKey & Comparable>: Sendable {
    @usableFromInline
    struct Counter: Sendable {
        @usableFromInline var value: Value
        @usableFromInline var hash: UInt64
        @usableFromInline var count: Int
        @usableFromInline var error: Int
        /// Where the counter is in the heap.
        @usableFromInline var rank: Int

        @inlinable
        init(value: Value, hash: UInt64, count: Int, error: Int, rank: Int) {
            self.value = value
            self.hash = hash
            self.count = count
            self.error = error
            self.rank = rank
        }
    }

    /// How many values are counted at a time.
    public let capacity: Int
    @usableFromInline var counters: ContiguousArray<Counter> = []
    /// The places of the counters, the one to be replaced first.
    @usableFromInline var heap: ContiguousArray<Int32> = []
    /// The places of the counters, by their values' hashes; see ``slot(of:hash:)``.
    @usableFromInline var index: ContiguousArray<Int32> = []

    /// An empty summary of at most `capacity` counters, at least one.
    @inlinable
    public init(capacity: Int) {
        precondition((1..<(1 << 30)).contains(capacity), "a summary has counters")
        self.capacity = capacity
    }

    /// Inserts a value.
    /// - Complexity: O(log capacity); O(1) on average for a frequent value.
    @inlinable
    public mutating func insert(_ value: Value) {
        let hash = value.stableHash
        if index.count <= counters.count &* 2 { growIndex() }
        let slot = slot(of: value, hash: hash)
        if slot >= 0 {
            let place = Int(index[slot])
            counters[place].count &+= 1
            sink(from: counters[place].rank)
        } else if counters.count < capacity {
            append(value, hash: hash, count: 1, error: 0, at: ~slot)
        } else {
            replaceFirst(by: value, hash: hash)
        }
    }

    /// Inserts everything that another summary holds.
    /// - Complexity: O(capacity · log capacity).
    public mutating func merge(_ other: SpaceSaving) {
        // A value that a full summary does not count may have occurred as often as its least.
        let (own, theirs) = (greatestUncounted, other.greatestUncounted)
        var merged = counters.map { mine in
            let counter = other.counter(of: mine.value, hash: mine.hash)
            return FrequentValue(
                value: mine.value, count: mine.count + (counter?.count ?? theirs),
                error: mine.error + (counter?.error ?? theirs))
        }
        for counter in other.counters
        where self.counter(of: counter.value, hash: counter.hash) == nil {
            merged.append(
                FrequentValue(
                    value: counter.value, count: counter.count + own, error: counter.error + own))
        }
        merged.sort(by: FrequentValue.isMoreFrequent)
        self = SpaceSaving(capacity: capacity)
        for entry in merged.prefix(capacity).reversed() { append(entry) }
    }

    /// The values that are counted, most frequent first; ties by the smaller value.
    public var values: [FrequentValue<Value>] {
        counters.map { FrequentValue(value: $0.value, count: $0.count, error: $0.error) }
            .sorted(by: FrequentValue.isMoreFrequent)
    }

    /// How often a value that has no counter may have occurred.
    private var greatestUncounted: Int {
        counters.count == capacity ? heap.first.map { counters[Int($0)].count } ?? 0 : 0
    }

    private func counter(of value: Value, hash: UInt64) -> Counter? {
        if index.isEmpty { return nil }
        let slot = slot(of: value, hash: hash)
        return slot < 0 ? nil : counters[Int(index[slot])]
    }

    /// Adds a counter for a value that has none.
    private mutating func append(_ entry: FrequentValue<Value>) {
        if index.count <= counters.count &* 2 { growIndex() }
        let hash = entry.value.stableHash
        let slot = slot(of: entry.value, hash: hash)
        if slot >= 0 { return }
        append(entry.value, hash: hash, count: entry.count, error: entry.error, at: ~slot)
    }
}

extension FrequentValue where Value: Comparable {
    static func isMoreFrequent(_ a: FrequentValue, _ b: FrequentValue) -> Bool {
        a.count != b.count ? a.count > b.count : a.value < b.value
    }
}

extension SpaceSaving: StateCodable {
    public func encode(to writer: inout StateWriter) throws {
        writer.write(count: capacity)
        writer.write(count: counters.count)
        for counter in counters {
            try writer.write(value: counter.value)
            writer.write(counter.count)
            writer.write(counter.error)
        }
    }

    public init(from reader: inout StateReader) throws {
        let capacity = try reader.readCount()
        let count = try reader.readCount(ofSize: 16)
        guard (1..<(1 << 30)).contains(capacity), count <= capacity else {
            throw StateReader.damaged("a summary")
        }
        self.init(capacity: capacity)
        for _ in 0..<count {
            append(
                FrequentValue(
                    value: try reader.read(value: Value.self), count: try reader.read(Int.self),
                    error: try reader.read(Int.self)))
        }
    }
}
