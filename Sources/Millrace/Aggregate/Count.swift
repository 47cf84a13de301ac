/// Counts elements.
@frozen
public struct Count<Input: Sendable>: Aggregate {
    @inlinable
    public init() {}

    @inlinable
    public func makeAccumulator() -> Int { 0 }

    @inlinable @inline(__always)
    public func add(_ element: borrowing Input, at timestamp: Timestamp, to count: inout Int) {
        count &+= 1
    }

    @inlinable
    public func merge(_ other: Int, into count: inout Int) { count &+= other }

    @inlinable
    public func result(of count: Int) -> Int { count }

    @inlinable @inline(__always)
    public static var canSubtract: Bool { true }

    @inlinable @inline(__always)
    public func subtract(_ other: Int, from count: inout Int) -> Bool {
        count &-= other
        return count == 0
    }
}

extension Aggregation {
    /// The number of elements.
    @inlinable
    public static func count() -> Self where Base == Count<Input> { Self(Count()) }
}
