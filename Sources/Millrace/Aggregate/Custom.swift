/// An aggregate made of closures: for what is not worth a type.
@frozen
public struct CustomAggregate<Input: Sendable, Value: Sendable>: Aggregate {
    @usableFromInline let initial: Value
    @usableFromInline let addElement: @Sendable (Input, inout Value) -> Void
    @usableFromInline let mergeValue: @Sendable (Value, inout Value) -> Void

    @inlinable
    init(
        _ initial: Value, add: @escaping @Sendable (Input, inout Value) -> Void,
        merge: @escaping @Sendable (Value, inout Value) -> Void
    ) {
        self.initial = initial
        addElement = add
        mergeValue = merge
    }

    @inlinable
    public func makeAccumulator() -> Value { initial }

    @inlinable
    public func add(_ element: borrowing Input, at timestamp: Timestamp, to value: inout Value) {
        addElement(copy element, &value)
    }

    @inlinable
    public func merge(_ other: Value, into value: inout Value) { mergeValue(other, &value) }

    @inlinable
    public func result(of value: Value) -> Value { value }
}

extension Aggregation {
    /// A value that begins as `initial` and to which `add` adds each element.
    ///
    /// - Parameter merge: Adds the value of another part of the group; see ``Aggregate/merge(_:into:)``.
    @inlinable
    public static func folding<Value>(
        into initial: Value, add: @escaping @Sendable (Input, inout Value) -> Void,
        merge: @escaping @Sendable (Value, inout Value) -> Void
    ) -> Self where Base == CustomAggregate<Input, Value> {
        Self(CustomAggregate(initial, add: add, merge: merge))
    }
}
