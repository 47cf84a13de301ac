/// Gathers the different values of the elements, exactly.
///
/// - Complexity: O(1) per element on average; every different value is kept.
@frozen
public struct Distinct<Input: Sendable, Value: Hashable & Sendable, Output: Sendable>: Aggregate {
    @usableFromInline let value: @Sendable (Input) -> Value
    @usableFromInline let output: @Sendable (Set<Value>) -> Output

    @inlinable
    init(
        _ value: @escaping @Sendable (Input) -> Value,
        output: @escaping @Sendable (Set<Value>) -> Output
    ) {
        self.value = value
        self.output = output
    }

    @inlinable
    public func makeAccumulator() -> Set<Value> { [] }

    @inlinable
    public func add(_ element: borrowing Input, at timestamp: Timestamp, to seen: inout Set<Value>)
    {
        seen.insert(value(copy element))
    }

    @inlinable
    public func merge(_ other: Set<Value>, into seen: inout Set<Value>) {
        seen.formUnion(other)
    }

    @inlinable
    public func result(of seen: Set<Value>) -> Output { output(seen) }
}

extension Aggregation {
    /// How many different values there are, exactly.
    @inlinable
    public static func distinctCount<Value>(
        _ value: @escaping @Sendable (Input) -> Value
    ) -> Self where Base == Distinct<Input, Value, Int> { Self(Distinct(value) { $0.count }) }

    /// The set of different values.
    @inlinable
    public static func distinct<Value>(
        _ value: @escaping @Sendable (Input) -> Value
    ) -> Self where Base == Distinct<Input, Value, Set<Value>> { Self(Distinct(value) { $0 }) }
}
