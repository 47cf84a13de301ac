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

extension Aggregation {
    /// About the `limit` most frequent values, most frequent first.
    /// - Parameter capacity: How many values are counted at a time: the error is at most
    ///   `n / capacity` after `n` elements.
    @inlinable
    public static func heavyHitters<Value>(
        _ limit: Int, of value: @escaping @Sendable (Input) -> Value, capacity: Int = 1000
    ) -> Self where Base == HeavyHitters<Input, Value> {
        Self(HeavyHitters(value, limit: limit, capacity: capacity))
    }
}
