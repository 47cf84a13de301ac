/// The operators of a topology as the user wrote them, before the planner decides where they run.
@usableFromInline
struct LogicalGraph: Sendable {
    /// In the order in which they were added, which is a topological order.
    var nodes: [LogicalNode] = []

    /// The edges that leave the given output of a node.
    func consumers(of origin: Origin) -> [(node: LogicalNode, input: Int)] {
        nodes.flatMap { node in
            node.inputs.enumerated().filter { $0.element.origin == origin }
                .map { (node, $0.offset) }
        }
    }
}

/// One output of one node.
@usableFromInline
struct Origin: Hashable, Sendable {
    @usableFromInline let node: Int
    @usableFromInline let output: Int

    @usableFromInline
    init(node: Int, output: Int) {
        self.node = node
        self.output = output
    }
}

/// An operator, source or sink of the logical graph.
@usableFromInline
struct LogicalNode: Sendable {
    var id: Int
    /// Unique in the topology; names the operator in errors, metrics and checkpoints.
    var name: String
    /// What it does, for printing: `filter`, `window tumbling 10 s` …
    var label: String
    var inputs: [LogicalEdge]
    /// The main output first, then the side outputs.
    var outputs: [LogicalOutput]
    var parallelism: Int?
    var errorPolicy = ErrorPolicy.fail
    var isStateful: Bool
    var body: NodeBody
    /// Aggregation before the exchange, where the operator's aggregate allows it.
    var preAggregation: PreAggregation?
    /// Whether each watermark must reach every operator behind this source on its own.
    var needsExactWatermarks = false
    /// Whether it runs in workers of its own, though it could join those of its input.
    var opensStage = false
}

@usableFromInline
struct LogicalEdge: Sendable {
    var origin: Origin
    /// How elements are spread over the partitions; `nil` where any instance will do.
    var partitioner: Partitioner?

    @usableFromInline
    init(origin: Origin, partitioner: Partitioner? = nil) {
        self.origin = origin
        self.partitioner = partitioner
    }
}

@usableFromInline
struct LogicalOutput: Sendable {
    var name: String
    var type: ElementType

    @usableFromInline
    init<Element: Sendable>(named name: String = "out", of type: Element.Type) {
        self.name = name
        self.type = ElementType(of: type)
    }
}

/// What a node becomes in a worker.
@usableFromInline
enum NodeBody: Sendable {
    case source(SourceBody)
    /// Input that is pushed from outside: for test drivers.
    case external
    /// From the output port to the input port.
    case chained(@Sendable (OperatorContext, Any) throws -> Any)
    case union
    case sink(SinkBody)
}

/// Makes a port that scatters elements over lanes by key.
@usableFromInline
struct Partitioner: Sendable {
    let keyType: String
    let make:
        @Sendable ([Lane], KeyGroups, Bool, OperatorContext) -> (port: Any, egress: any Egress)
    /// The elements of a batch whose keys are owned.
    let keep: @Sendable (any Sendable, GroupOwnership, OperatorContext) throws -> any Sendable

    @inlinable
    static func keyed<Element: Sendable, Key: StreamKey>(
        by selector: KeySelector<Element, Key>
    ) -> Partitioner {
        Partitioner(keyType: "\(Key.self)") { lanes, groups, isExact, context in
            let exchange = KeyedExchange(
                lanes: lanes, groups: groups, isExact: isExact, context: context,
                selector: selector)
            return (exchange.port, exchange)
        } keep: { payload, ownership, context in
            try BatchCodec.keep(payload, by: selector, ownership: ownership, context: context)
        }
    }

    @usableFromInline
    init(
        keyType: String,
        make:
            @escaping @Sendable ([Lane], KeyGroups, Bool, OperatorContext) -> (
                port: Any, egress: any Egress
            ),
        keep:
            @escaping @Sendable (any Sendable, GroupOwnership, OperatorContext) throws ->
            any Sendable
    ) {
        self.keyType = keyType
        self.make = make
        self.keep = keep
    }
}
