/// Adds up an integer of each element. A sum beyond the range is held at its end, so that one absurd
/// value can neither trap nor turn the sum around.
@frozen
public struct Sum<Input: Sendable, Value: FixedWidthInteger & Sendable>: Aggregate {
    @usableFromInline let value: @Sendable (Input) -> Value

    @inlinable
    public init(_ value: @escaping @Sendable (Input) -> Value) { self.value = value }

    @inlinable
    public func makeAccumulator() -> Value { 0 }

    @inlinable @inline(__always)
    public func add(_ element: borrowing Input, at timestamp: Timestamp, to sum: inout Value) {
        merge(value(copy element), into: &sum)
    }

    @inlinable @inline(__always)
    public func merge(_ other: Value, into sum: inout Value) {
        let (result, overflow) = sum.addingReportingOverflow(other)
        sum = overflow ? (other < 0 ? .min : .max) : result
    }

    @inlinable
    public func result(of sum: Value) -> Value { sum }
}

/// Adds up a floating-point number of each element with compensation for rounding (Neumaier 1974), so
/// that the order of the elements hardly matters.
@frozen
public struct FloatingSum<Input: Sendable>: Aggregate {
    @usableFromInline let value: @Sendable (Input) -> Double

    @inlinable
    public init(_ value: @escaping @Sendable (Input) -> Double) { self.value = value }

    @inlinable
    public func makeAccumulator() -> CompensatedSum { CompensatedSum() }

    @inlinable @inline(__always)
    public func add(
        _ element: borrowing Input, at timestamp: Timestamp, to sum: inout CompensatedSum
    ) {
        sum.add(value(copy element))
    }

    @inlinable
    public func merge(_ other: CompensatedSum, into sum: inout CompensatedSum) {
        sum.add(other.sum)
        sum.compensation += other.compensation
    }

    @inlinable
    public func result(of sum: CompensatedSum) -> Double { sum.value }
}

/// A sum of floating-point numbers and the rounding error that it has gathered.
@frozen
public struct CompensatedSum: Sendable, Equatable, BitwiseCopyable {
    @usableFromInline var sum = 0.0
    @usableFromInline var compensation = 0.0

    @inlinable
    public init() {}

    /// The sum.
    @inlinable
    public var value: Double { sum.isFinite ? sum + compensation : sum }

    /// Adds a number.
    @inlinable
    public mutating func add(_ term: Double) {
        let total = sum + term
        let larger = abs(sum) >= abs(term) ? sum : term
        let smaller = abs(sum) >= abs(term) ? term : sum
        compensation += (larger - total) + smaller
        sum = total
    }
}

extension Aggregation {
    /// The sum of an integer of each element, held at the ends of its range.
    @inlinable
    public static func sum<Value>(
        _ value: @escaping @Sendable (Input) -> Value
    ) -> Self where Base == Sum<Input, Value> { Self(Sum(value)) }

    /// The compensated sum of a floating-point number of each element.
    @inlinable
    public static func sum(_ value: @escaping @Sendable (Input) -> Double) -> Self
    where Base == FloatingSum<Input> { Self(FloatingSum(value)) }
}
