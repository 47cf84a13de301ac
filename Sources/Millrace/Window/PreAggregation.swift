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
                // In their order: what is added up later must not come before what is added up first.
                writer.write(count: batches.count)
                for batch in batches {
                    let isPartial = batch is Batch<PanePartial<Key, A.Accumulator>>
                    writer.write(isPartial)
                    if isPartial {
                        try BatchCodec.encode(
                            [batch], as: PanePartial<Key, A.Accumulator>.self, to: &writer)
                    } else {
                        try BatchCodec.encode([batch], as: A.Input.self, to: &writer)
                    }
                }
            },
            decodeBatches: { reader in
                try (0..<(try reader.readCount())).flatMap { _ in
                    try reader.read(Bool.self)
                        ? BatchCodec.decode(
                            as: PanePartial<Key, A.Accumulator>.self, from: &reader)
                        : BatchCodec.decode(as: A.Input.self, from: &reader)
                }
            })
    }
}

extension Partitioner {
    /// Adds up panes in front of the exchange.
    @inlinable
    static func panes<Key: StreamKey, A: Aggregate>(
        _ grid: PaneGrid, _ aggregate: A, _ selector: KeySelector<A.Input, Key>
    ) -> Partitioner {
        typealias Exchange = PaneExchange<Key, A>
        return Partitioner(keyType: "\(Key.self)") { lanes, groups, isExact, context in
            let exchange = Exchange(
                lanes: lanes, groups: groups, isExact: isExact, context: context,
                selector: selector)
            let combiner = PaneCombineOperator(
                grid: grid, aggregate: aggregate, selector: selector, exchange: exchange,
                timeAhead: context.timeAhead)
            let port = OperatorBox.port(combiner, context: context, to: exchange.partials.port)
            return (port, exchange.partials)
        } keep: { batch, ownership, context in
            batch is Batch<Exchange.Partial>
                ? try BatchCodec.keep(
                    batch, by: Exchange.partialSelector, ownership: ownership, context: context)
                : try BatchCodec.keep(batch, by: selector, ownership: ownership, context: context)
        }
    }
}
