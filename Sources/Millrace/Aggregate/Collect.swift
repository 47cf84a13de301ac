/// Gathers the elements themselves, in arrival order.
///
/// - Complexity: The whole group is kept in memory until its window is dropped.
@frozen
public struct Collect<Input: Sendable>: Aggregate {
    @inlinable
    public init() {}

    @inlinable
    public func makeAccumulator() -> [Input] { [] }

    @inlinable
    public func add(_ element: borrowing Input, at timestamp: Timestamp, to all: inout [Input]) {
        all.append(copy element)
    }

    @inlinable
    public func merge(_ other: [Input], into all: inout [Input]) { all += other }

    @inlinable
    public func result(of all: [Input]) -> [Input] { all }
}

extension Aggregation {
    /// All elements, in arrival order.
    @inlinable
    public static func collect() -> Self where Base == Collect<Input> { Self(Collect()) }
}
