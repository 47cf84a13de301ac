/// Keeps the smallest or greatest value of each element; `nil` for an empty group.
@frozen
public struct Extremum<Input: Sendable, Value: Comparable & Sendable>: Aggregate {
    @usableFromInline let value: @Sendable (Input) -> Value
    @usableFromInline let prefersGreater: Bool

    @inlinable
    init(_ value: @escaping @Sendable (Input) -> Value, prefersGreater: Bool) {
        self.value = value
        self.prefersGreater = prefersGreater
    }

    @inlinable
    public func makeAccumulator() -> Value? { nil }

    @inlinable @inline(__always)
    public func add(_ element: borrowing Input, at timestamp: Timestamp, to best: inout Value?) {
        consider(value(copy element), &best)
    }

    @inlinable
    public func merge(_ other: Value?, into best: inout Value?) {
        if let other { consider(other, &best) }
    }

    @inlinable
    public func result(of best: Value?) -> Value? { best }

    @inlinable @inline(__always)
    func consider(_ new: Value, _ best: inout Value?) {
        guard let old = best else {
            best = new
            return
        }
        if prefersGreater ? new > old : new < old { best = new }
    }
}

extension Aggregation {
    /// The smallest value; of equal ones the first.
    @inlinable
    public static func minimum<Value>(
        _ value: @escaping @Sendable (Input) -> Value
    ) -> Self where Base == Extremum<Input, Value> { Self(Extremum(value, prefersGreater: false)) }

    /// The greatest value; of equal ones the first.
    @inlinable
    public static func maximum<Value>(
        _ value: @escaping @Sendable (Input) -> Value
    ) -> Self where Base == Extremum<Input, Value> { Self(Extremum(value, prefersGreater: true)) }
}
