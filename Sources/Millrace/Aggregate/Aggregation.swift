/// An aggregate by its short name: what ``WindowedStream/aggregate(_:name:)`` takes behind a leading dot.
///
/// ```swift
/// sales.keyed(by: \.product).window(.tumbling(.hours(1)))
///     .aggregate(.all(.count(), .sum { $0.units }, .maximum { $0.price }))
/// ```
/// An ``Aggregate`` of your own, or one that is built with `map` and `filter`, is passed as it is; as a part of
/// ``all(_:_:)`` it is wrapped: `.all(.count(), .init(Revenue()))`.
///
/// This is a structure, and its names are no extension of ``Aggregate``, because of the closures: the compiler
/// takes one for `@Sendable` where the name is looked up in a structure, and not where it is looked up in a
/// protocol.
@frozen
public struct Aggregation<Input, Base: Aggregate>: Sendable where Base.Input == Input {
    /// The aggregate.
    public let base: Base

    /// An aggregate that has no short name.
    @inlinable
    public init(_ base: Base) { self.base = base }
}
