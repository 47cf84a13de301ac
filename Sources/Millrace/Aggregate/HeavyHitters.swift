/// Finds the most frequent values of the elements in bounded memory.
///
/// SpaceSaving (Metwally, Agrawal and El Abbadi 2005) with `capacity` counters: after `n` elements a count
/// is too high by at most `n / capacity`, never too low, and every value that occurs more often than that is
/// found. Merging keeps the bound (Agarwal et al., "Mergeable Summaries", PODS 2012).
@frozen
public struct HeavyHitters<Input: Sendable, Value: StreamKey & Comparable>: Aggregate {
    @usableFromInline let value: @Sendable (Input) -> Value
    @usableFromInline let limit: Int
    @usableFromInline let capacity: Int

    @inlinable
    init(_ value: @escaping @Sendable (Input) -> Value, limit: Int, capacity: Int) {
        precondition(limit > 0 && capacity >= limit, "there is a counter for each value wanted")
        self.value = value
        self.limit = limit
        self.capacity = capacity
    }

    @inlinable
    public func makeAccumulator() -> SpaceSaving<Value> { SpaceSaving(capacity: capacity) }

    @inlinable
    public func add(
        _ element: borrowing Input, at timestamp: Timestamp, to summary: inout SpaceSaving<Value>
    ) {
        summary.insert(value(copy element))
    }

    @inlinable
    public func merge(_ other: SpaceSaving<Value>, into summary: inout SpaceSaving<Value>) {
        summary.merge(other)
    }

    @inlinable
    public func result(of summary: SpaceSaving<Value>) -> [FrequentValue<Value>] {
        Array(summary.values.prefix(limit))
    }
}

/// A value and how often it occurs, at most `error` less.
@frozen
public struct FrequentValue<Value: StreamKey>: Sendable, Hashable {
    public var value: Value
    /// Never too low.
    public var count: Int
    /// By how much the count may be too high.
    public var error: Int

    @inlinable
    public init(value: Value, count: Int, error: Int) {
        self.value = value
        self.count = count
        self.error = error
    }
}

/// The summary behind ``HeavyHitters``.
public struct SpaceSaving<Value: StreamKey & Comparable>: Sendable {
    private struct Counter: Sendable {
        var count: Int
        var error: Int
    }

    /// How many values are counted at a time.
    public let capacity: Int
    private var counters: [Value: Counter] = [:]

    /// An empty summary.
    public init(capacity: Int) { self.capacity = capacity }

    /// Inserts a value.
    /// - Complexity: O(1) for a value that is counted, O(capacity) for one that takes another's place.
    public mutating func insert(_ value: Value) {
        if counters[value] != nil {
            counters[value]?.count += 1
            return
        }
        guard counters.count == capacity, let least = leastCounter else {
            counters[value] = Counter(count: 1, error: 0)
            return
        }
        counters[least.key] = nil
        counters[value] = Counter(count: least.value.count + 1, error: least.value.count)
    }

    /// Inserts everything that another summary holds.
    /// - Complexity: O(capacity · log capacity).
    public mutating func merge(_ other: SpaceSaving) {
        // A value that a full summary does not count may have occurred as often as its least.
        let own = counters.count == capacity ? leastCounter?.value.count ?? 0 : 0
        let theirs = other.counters.count == capacity ? other.leastCounter?.value.count ?? 0 : 0
        var merged = counters.mapValues {
            Counter(count: $0.count + theirs, error: $0.error + theirs)
        }
        for (value, counter) in other.counters {
            if let mine = counters[value] {
                merged[value] = Counter(
                    count: mine.count + counter.count, error: mine.error + counter.error)
            } else {
                merged[value] = Counter(count: counter.count + own, error: counter.error + own)
            }
        }
        counters = merged
        for entry in values.dropFirst(capacity) { counters[entry.value] = nil }
    }

    /// The values that are counted, most frequent first; ties by the smaller value.
    public var values: [FrequentValue<Value>] {
        counters.map { FrequentValue(value: $0.key, count: $0.value.count, error: $0.value.error) }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0.value < $1.value }
    }

    /// The counter with the smallest count; of equal ones that of the greatest value.
    private var leastCounter: (key: Value, value: Counter)? {
        counters.min {
            $0.value.count != $1.value.count
                ? $0.value.count < $1.value.count : $0.key > $1.key
        }
    }
}

extension SpaceSaving: StateCodable {
    public func encode(to writer: inout StateWriter) throws {
        writer.write(count: capacity)
        writer.write(count: counters.count)
        for (value, counter) in counters {
            try writer.write(value: value)
            writer.write(counter.count)
            writer.write(counter.error)
        }
    }

    public init(from reader: inout StateReader) throws {
        self.init(capacity: try reader.readCount())
        for _ in 0..<(try reader.readCount(ofSize: 16)) {
            let value = try reader.read(value: Value.self)
            counters[value] = Counter(
                count: try reader.read(Int.self), error: try reader.read(Int.self))
        }
    }
}

extension Aggregate {
    /// About the `limit` most frequent values, most frequent first.
    /// - Parameter capacity: How many values are counted at a time: the error is at most
    ///   `n / capacity` after `n` elements.
    @inlinable
    public static func heavyHitters<Element, Value>(
        _ limit: Int, of value: @escaping @Sendable (Element) -> Value, capacity: Int = 1000
    ) -> Self where Self == HeavyHitters<Element, Value> {
        HeavyHitters(value, limit: limit, capacity: capacity)
    }
}
