/// An operator cut in two around the exchange: elements are added up where they are, and the partial
/// results are merged where their key lives. What is not worth adding up crosses as it is, so a channel
/// carries batches of both kinds.
@usableFromInline
struct PreAggregation: Sendable {
    /// Makes a port that adds up elements and scatters what comes of it over lanes.
    let partitioner: Partitioner
    /// A gate with this many inputs in front of the operator, whose output port is given.
    let gate: @Sendable (Int, OperatorContext, Any) -> AnyGate
    /// Writes batches of both kinds, and reads them.
    let encodeBatches: @Sendable ([any Sendable], inout StateWriter) throws -> Void
    let decodeBatches: @Sendable (inout StateReader) throws -> [any Sendable]

    @usableFromInline
    init(
        partitioner: Partitioner,
        gate: @escaping @Sendable (Int, OperatorContext, Any) -> AnyGate,
        encodeBatches: @escaping @Sendable ([any Sendable], inout StateWriter) throws -> Void,
        decodeBatches: @escaping @Sendable (inout StateReader) throws -> [any Sendable]
    ) {
        self.partitioner = partitioner
        self.gate = gate
        self.encodeBatches = encodeBatches
        self.decodeBatches = decodeBatches
    }
}

extension PreAggregation {
    /// A windowed aggregate over panes.
    @inlinable
    static func panes<Key: StreamKey, A: Aggregate>(
        _ grid: PaneGrid, _ latenessMillis: Int64, _ aggregate: A,
        _ selector: KeySelector<A.Input, Key>
    ) -> PreAggregation {
        PreAggregation(
            partitioner: .panes(grid, aggregate, selector),
            gate: { inputs, context, output in
                let box = OperatorBox.connected(
                    PaneWindowOperator(
                        grid: grid, latenessMillis: latenessMillis, aggregate: aggregate,
                        selector: selector),
                    context: context, to: erased(Port<Windowed<Key, A.Output>>.self, output))
                return AnyGate(inputs: inputs, port: box.port) {
                    (partials: Batch<PanePartial<Key, A.Accumulator>>) in
                    try box.receive(count: partials.count) { $0.merge(partials, context) }
                }
            },
            encodeBatches: { batches, writer in
                let partials = batches.filter { $0 is Batch<PanePartial<Key, A.Accumulator>> }
                let elements = batches.filter { $0 is Batch<A.Input> }
                try BatchCodec.encode(
                    partials, as: PanePartial<Key, A.Accumulator>.self, to: &writer)
                try BatchCodec.encode(elements, as: A.Input.self, to: &writer)
            },
            decodeBatches: { reader in
                try BatchCodec.decode(as: PanePartial<Key, A.Accumulator>.self, from: &reader)
                    + BatchCodec.decode(as: A.Input.self, from: &reader)
            })
    }
}

extension Partitioner {
    /// Adds up panes in front of the exchange.
    @inlinable
    static func panes<Key: StreamKey, A: Aggregate>(
        _ grid: PaneGrid, _ aggregate: A, _ selector: KeySelector<A.Input, Key>
    ) -> Partitioner {
        typealias Partial = PanePartial<Key, A.Accumulator>
        let partialSelector = KeySelector { (partial: Partial) in partial.key }
        return Partitioner(keyType: "\(Key.self)") { lanes, groups, isExact, context in
            let elements = KeyedExchange(
                lanes: lanes, groups: groups, isExact: isExact, context: context,
                selector: selector)
            let partials = KeyedExchange(
                lanes: lanes, groups: groups, isExact: isExact, context: context,
                selector: partialSelector)
            partials.share(lanesWith: elements)
            let combiner = PaneCombineOperator(
                grid: grid, aggregate: aggregate, selector: selector, elements: elements.port,
                timeAhead: context.timeAhead)
            return (OperatorBox.port(combiner, context: context, to: partials.port), partials)
        } keep: { batch, ownership, context in
            batch is Batch<Partial>
                ? try BatchCodec.keep(
                    batch, by: partialSelector, ownership: ownership, context: context)
                : try BatchCodec.keep(batch, by: selector, ownership: ownership, context: context)
        }
    }
}
