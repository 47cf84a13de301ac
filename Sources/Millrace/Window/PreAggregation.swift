/// An operator cut in two around the exchange: elements are added up where they are, and the partial
/// results are merged where their key lives. What is not worth adding up crosses as it is, so a channel
/// carries batches of several kinds.
@usableFromInline
struct PreAggregation: Sendable {
    /// Makes a port that adds up elements and scatters what comes of it over lanes.
    let partitioner: Partitioner
    /// A gate with this many inputs in front of the operator, whose output port is given.
    let gate: @Sendable (Int, OperatorContext, Any) -> AnyGate
    /// Writes batches of all kinds, and reads them.
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
                return AnyGate(
                    inputs: inputs, port: box.port,
                    others: { payload in
                        switch payload {
                        case let partials as Batch<PanePartial<Key, A.Accumulator>>:
                            try box.receive(count: partials.count) { $0.merge(partials, context) }
                        case let counted as Batch<CountedPartial<Key, A.Accumulator>>:
                            try box.receive(count: counted.count) { $0.merge(counted, context) }
                        default: return false
                        }
                        return true
                    })
            },
            encodeBatches: { batches, writer in
                try encode(
                    batches, as: PanePartial<Key, A.Accumulator>.self,
                    CountedPartial<Key, A.Accumulator>.self, A.Input.self, to: &writer)
            },
            decodeBatches: { reader in
                try decode(
                    as: PanePartial<Key, A.Accumulator>.self,
                    CountedPartial<Key, A.Accumulator>.self, A.Input.self, from: &reader)
            })
    }

    /// Writes the batches kind by kind.
    @usableFromInline
    static func encode<each Row: Sendable>(
        _ batches: [any Sendable], as types: repeat (each Row).Type, to writer: inout StateWriter
    ) throws {
        for type in repeat each types {
            try encode(batches, as: type, to: &writer)
        }
    }

    private static func encode<Row: Sendable>(
        _ batches: [any Sendable], as type: Row.Type, to writer: inout StateWriter
    ) throws {
        try BatchCodec.encode(batches.filter { $0 is Batch<Row> }, as: type, to: &writer)
    }

    @usableFromInline
    static func decode<each Row: Sendable>(
        as types: repeat (each Row).Type, from reader: inout StateReader
    ) throws -> [any Sendable] {
        var batches: [any Sendable] = []
        for type in repeat each types {
            batches += try BatchCodec.decode(as: type, from: &reader)
        }
        return batches
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
            func keep<Row: Sendable>(_ selector: KeySelector<Row, Key>) throws -> any Sendable {
                try BatchCodec.keep(batch, by: selector, ownership: ownership, context: context)
            }
            return switch batch {
            case is Batch<Exchange.Partial>: try keep(Exchange.partialSelector)
            case is Batch<CountedPartial<Key, A.Accumulator>>: try keep(Exchange.countedSelector)
            default: try keep(selector)
            }
        }
    }
}
