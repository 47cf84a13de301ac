/// Two aggregates over the same elements, in one pass. Nest it for more: nested pairs are specialised
/// where parameter packs are not.
@frozen
public struct PairAggregate<First: Aggregate, Second: Aggregate>: Aggregate
where First.Input == Second.Input {
    @usableFromInline let first: First
    @usableFromInline let second: Second

    /// The accumulators of both.
    @frozen
    public struct Accumulator: Sendable {
        @usableFromInline var first: First.Accumulator
        @usableFromInline var second: Second.Accumulator

        @inlinable
        init(first: First.Accumulator, second: Second.Accumulator) {
            self.first = first
            self.second = second
        }
    }

    @inlinable
    public init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    @inlinable
    public func makeAccumulator() -> Accumulator {
        Accumulator(first: first.makeAccumulator(), second: second.makeAccumulator())
    }

    @inlinable @inline(__always)
    public func add(
        _ element: borrowing First.Input, at timestamp: Timestamp, to both: inout Accumulator
    ) {
        first.add(element, at: timestamp, to: &both.first)
        second.add(element, at: timestamp, to: &both.second)
    }

    @inlinable @inline(__always)
    public func merge(_ other: Accumulator, into both: inout Accumulator) {
        first.merge(other.first, into: &both.first)
        second.merge(other.second, into: &both.second)
    }

    @inlinable
    public func result(of both: Accumulator) -> (First.Output, Second.Output) {
        (first.result(of: both.first), second.result(of: both.second))
    }
}

/// An aggregate whose result is turned into something else.
@frozen
public struct MappedAggregate<Base: Aggregate, Output: Sendable>: Aggregate {
    @usableFromInline let base: Base
    @usableFromInline let transform: @Sendable (Base.Output) -> Output

    @inlinable
    init(_ base: Base, _ transform: @escaping @Sendable (Base.Output) -> Output) {
        self.base = base
        self.transform = transform
    }

    @inlinable
    public func makeAccumulator() -> Base.Accumulator { base.makeAccumulator() }

    @inlinable @inline(__always)
    public func add(
        _ element: borrowing Base.Input, at timestamp: Timestamp,
        to accumulator: inout Base.Accumulator
    ) {
        base.add(element, at: timestamp, to: &accumulator)
    }

    @inlinable @inline(__always)
    public func merge(_ other: Base.Accumulator, into accumulator: inout Base.Accumulator) {
        base.merge(other, into: &accumulator)
    }

    @inlinable
    public func result(of accumulator: Base.Accumulator) -> Output {
        transform(base.result(of: accumulator))
    }
}

/// An aggregate over the elements for which a predicate holds.
@frozen
public struct FilteredAggregate<Base: Aggregate>: Aggregate {
    @usableFromInline let base: Base
    @usableFromInline let predicate: @Sendable (Base.Input) -> Bool

    @inlinable
    init(_ base: Base, _ predicate: @escaping @Sendable (Base.Input) -> Bool) {
        self.base = base
        self.predicate = predicate
    }

    @inlinable
    public func makeAccumulator() -> Base.Accumulator { base.makeAccumulator() }

    @inlinable @inline(__always)
    public func add(
        _ element: borrowing Base.Input, at timestamp: Timestamp,
        to accumulator: inout Base.Accumulator
    ) {
        if predicate(copy element) { base.add(element, at: timestamp, to: &accumulator) }
    }

    @inlinable
    public func merge(_ other: Base.Accumulator, into accumulator: inout Base.Accumulator) {
        base.merge(other, into: &accumulator)
    }

    @inlinable
    public func result(of accumulator: Base.Accumulator) -> Base.Output {
        base.result(of: accumulator)
    }
}

extension Aggregate {
    /// This aggregate with its result turned into something else.
    @inlinable
    public func map<NewOutput: Sendable>(
        _ transform: @escaping @Sendable (Output) -> NewOutput
    ) -> MappedAggregate<Self, NewOutput> { MappedAggregate(self, transform) }

    /// This aggregate over the elements for which `predicate` holds.
    @inlinable
    public func filter(
        _ predicate: @escaping @Sendable (Input) -> Bool
    ) -> FilteredAggregate<Self> { FilteredAggregate(self, predicate) }
}

extension Aggregation {
    /// The number of elements for which `predicate` holds.
    @inlinable
    public static func count(
        where predicate: @escaping @Sendable (Input) -> Bool
    ) -> Self where Base == FilteredAggregate<Count<Input>> {
        Self(FilteredAggregate(Count(), predicate))
    }

    /// Two aggregates in one pass, as a tuple.
    @inlinable
    public static func all<A, B>(
        _ a: Aggregation<Input, A>, _ b: Aggregation<Input, B>
    ) -> Self where Base == PairAggregate<A, B> { Self(PairAggregate(a.base, b.base)) }

    /// Three aggregates in one pass, as a tuple.
    @inlinable
    public static func all<A, B, C>(
        _ a: Aggregation<Input, A>, _ b: Aggregation<Input, B>, _ c: Aggregation<Input, C>
    ) -> Self
    where
        Base == MappedAggregate<
            PairAggregate<A, PairAggregate<B, C>>, (A.Output, B.Output, C.Output)
        >
    {
        let nested = PairAggregate(a.base, PairAggregate(b.base, c.base))
        return Self(nested.map { ($0, $1.0, $1.1) })
    }

    /// Four aggregates in one pass, as a tuple.
    @inlinable
    public static func all<A, B, C, D>(
        _ a: Aggregation<Input, A>, _ b: Aggregation<Input, B>, _ c: Aggregation<Input, C>,
        _ d: Aggregation<Input, D>
    ) -> Self
    where
        Base == MappedAggregate<
            PairAggregate<PairAggregate<A, B>, PairAggregate<C, D>>,
            (A.Output, B.Output, C.Output, D.Output)
        >
    {
        let nested = PairAggregate(PairAggregate(a.base, b.base), PairAggregate(c.base, d.base))
        return Self(nested.map { ($0.0, $0.1, $1.0, $1.1) })
    }
}
