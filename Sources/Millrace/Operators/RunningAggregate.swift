/// A value that belongs to a key.
@frozen
public struct Keyed<Key: StreamKey, Value: Sendable>: Sendable {
    public var key: Key
    public var value: Value

    @inlinable
    public init(key: Key, value: Value) {
        self.key = key
        self.value = value
    }
}

extension Keyed: Equatable where Value: Equatable {}
extension Keyed: Hashable where Value: Hashable {}

/// Keeps one accumulator per key and emits the new result for every element.
@usableFromInline
struct RunningAggregateOperator<Key: StreamKey, A: Aggregate>: Operator, ~Copyable {
    @usableFromInline typealias Input = A.Input
    @usableFromInline typealias Output = Keyed<Key, A.Output>

    @usableFromInline let aggregate: A
    @usableFromInline let selector: KeySelector<A.Input, Key>
    @usableFromInline var keys = KeyTable<Key, A.Accumulator>()
    @usableFromInline var run = KeyRun<Key>()

    @inlinable
    init(aggregate: A, selector: KeySelector<A.Input, Key>) {
        self.aggregate = aggregate
        self.selector = selector
    }

    @inlinable
    mutating func process(
        _ batch: inout Batch<A.Input>, into output: inout Emitter<Output>
    ) throws {
        try selector.fill(&run, &batch, output.context)
        for index in 0..<run.count {
            keys.prefetch(aheadOf: index, count: run.count) { run.hashes[$0] }
            // Safety: the slot is used before the table changes again.
            let slot = keys.pointer(
                to: run.keys[index], hash: run.hashes[index],
                default: aggregate.makeAccumulator())
            aggregate.add(
                batch.elements[index], at: batch.timestamps[index], to: &slot.pointee)
            try output.emit(
                Keyed(
                    key: run.keys[index], value: aggregate.result(of: slot.pointee)),
                at: batch.timestamps[index])
        }
    }

    @inlinable
    mutating func snapshot() -> KeyTableSnapshot<Key, A.Accumulator> { keys.capture() }

    @inlinable
    mutating func restore(
        _ snapshots: [KeyTableSnapshot<Key, A.Accumulator>], owning groups: GroupOwnership
    ) throws {
        for snapshot in snapshots {
            keys.insert(contentsOf: snapshot, groups: groups.range, of: groups.groups)
        }
    }

    @inlinable
    var stateCount: Int { keys.count }

    @inlinable
    func visitKeyHashes(_ body: (UInt64) -> Void) { keys.visit { key, _ in body(key.stableHash) } }

    @inlinable
    mutating func readableState() -> (any Sendable)? {
        let aggregate = aggregate
        return StateSnapshot<Key, A.Output>(keys.snapshot()) { _, value in
            aggregate.result(of: value)
        }
    }
}

extension KeyedStream {
    /// The aggregate of each key so far, after every element. State lives for ever; use windows where it
    /// should not.
    @inlinable
    public func aggregate<A: Aggregate>(
        _ aggregate: A, name: String? = nil
    ) -> DataStream<Keyed<Key, A.Output>> where A.Input == Element {
        let selector = selector
        return base.chained(
            "aggregate", name: name, isStateful: true, partitioner: partitioner,
            as: Keyed<Key, A.Output>.self
        ) { context, port in
            OperatorBox.port(
                RunningAggregateOperator(aggregate: aggregate, selector: selector),
                context: context, to: port)
        }
    }

    /// The aggregate of each key so far, after every element, by its short name. State lives for ever; use
    /// windows where it should not.
    @inlinable
    public func aggregate<A>(
        _ aggregation: Aggregation<Element, A>, name: String? = nil
    ) -> DataStream<Keyed<Key, A.Output>> { aggregate(aggregation.base, name: name) }
}
