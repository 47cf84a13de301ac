/// Builds the chain of one worker from the plan: ports from the end of the chain to its beginning.
struct WorkerBuilder {
    let graph: LogicalGraph
    let plan: PhysicalPlan
    let stage: PhysicalPlan.Stage
    let index: Int
    let groups: KeyGroups
    /// The inboxes of all stages, by stage and instance.
    let inboxes: [[Inbox]]
    let worker: Worker
    let files: any FileSystem
    let usesCheckpoints: Bool
    /// Whether the run was told to begin anew, or has nothing to go on from anyway.
    let mayReplaceOutput: Bool
    let interceptor: CallInterceptor?
    let recovery: Recovery?
    /// The states of the earlier instances of an operator.
    private let earlierStates: (String) -> [RestoredState]
    /// The open sinks of this worker, by node.
    private var sinks: [Int: OpenSink] = [:]
    private var gates: [Int: AnyGate] = [:]
    private var contexts: [Int: OperatorContext] = [:]

    init(
        graph: LogicalGraph, plan: PhysicalPlan, stage: PhysicalPlan.Stage, index: Int,
        inboxes: [[Inbox]], options: RunOptions, recovery: Recovery? = nil,
        earlierStates: ((String) -> [RestoredState])? = nil
    ) {
        self.graph = graph
        self.plan = plan
        self.stage = stage
        self.index = index
        groups = options.keyGroups
        files = options.files
        usesCheckpoints = options.checkpoints != nil
        mayReplaceOutput = options.checkpoints?.beginsAnew ?? true
        interceptor = options.interceptor
        self.recovery = recovery
        self.earlierStates =
            earlierStates ?? { recovery?.states(of: $0, kind: .operator) ?? [] }
        self.inboxes = inboxes
        let inputCount = plan.exchanges(into: stage.id)
            .reduce(0) { $0 + plan.laneCount(of: $1) }
        worker = Worker(
            name: "\(graph.nodes[stage.nodes[0]].name)[\(index)]", index: index,
            context: WorkerContext(
                timeSource: options.timeSource, yieldsOften: options.isSimulated),
            inbox: inboxes[stage.id][index],
            inputCount: inputCount, linger: options.linger)
    }

    /// Opens the worker's sinks and connects its chain.
    mutating func build() async throws {
        for id in stage.nodes {
            guard case .sink(let body) = graph.nodes[id].body else { continue }
            let context = context(of: graph.nodes[id])
            var instance = SinkInstance(
                index: index, parallelism: stage.parallelism, usesCheckpoints: usesCheckpoints,
                name: graph.nodes[id].name, files: files,
                time: context.worker.timeSource)
            instance.mayReplaceOutput = mayReplaceOutput
            let sink: OpenSink
            if let interceptor {
                if body.repeatsCalls { instance.interceptor = interceptor }
                sink = try await interceptor.open(
                    body, context, instance, element: inputType(of: graph.nodes[id]))
            } else {
                sink = try await body.open(context, instance)
            }
            if usesCheckpoints { try await sink.recover(sinkStates(of: graph.nodes[id].name)) }
            sinks[id] = sink
        }
        for id in stage.nodes { if let sink = sinks[id] { worker.sinks.append(sink) } }
        try connectInputs()
    }

    /// Gives the operators the state of earlier instances, once the whole chain is connected.
    mutating func restore() async throws {
        try await worker.restore(earlierStates) { [recovery] error, name in
            recovery?.checkpoints.explained(error, of: name) ?? error
        }
        if let recovery { try restoreInFlight(recovery) }
    }

    /// The transactions of earlier instances of a sink that this one takes over.
    private func sinkStates(of name: String) -> [RestoredState] {
        let states = recovery?.states(of: name, kind: .sink) ?? []
        return states.enumerated().filter { $0.offset % stage.parallelism == index }
            .map(\.element)
    }

    /// The port into the chain for the elements of a source node.
    mutating func sourcePort() throws -> Any { try outputPort(of: graph.nodes[stage.nodes[0]]) }

    /// The context of the stage's first node.
    mutating func sourceContext() -> OperatorContext { context(of: graph.nodes[stage.nodes[0]]) }

    // MARK: - Inputs

    private mutating func connectInputs() throws {
        for exchange in plan.exchanges(into: stage.id) {
            let node = graph.nodes[exchange.target]
            let gate = try self.gate(of: node)
            let first = gateInput(of: node, at: exchange.targetInput)
            let encode =
                split(of: node)?.encodeBatches ?? inputType(of: node).encodeBatches
            for lane in 0..<plan.laneCount(of: exchange) {
                worker.inputs.append(
                    WorkerInput(
                        edge: plan.edgeName(of: exchange, in: graph), receive: gate.receive,
                        signal: { try gate.signal($0, first + lane) }, encode: encode))
            }
        }
    }

    /// Takes over the batches that were on their way when the checkpoint was taken.
    private mutating func restoreInFlight(_ recovery: Recovery) throws {
        for exchange in plan.exchanges(into: stage.id) {
            let node = graph.nodes[exchange.target]
            let edge = plan.edgeName(of: exchange, in: graph)
            guard let input = worker.inputs.firstIndex(where: { $0.edge == edge }) else { continue }
            let split = split(of: node)
            let partitioner =
                split?.partitioner ?? node.inputs[exchange.targetInput].partitioner
            let decode = split?.decodeBatches ?? inputType(of: node).decodeBatches
            let context = context(of: node)
            for (number, state) in recovery.states(of: edge, kind: .channel).enumerated() {
                guard case .stored(let open) = state.content else { continue }
                if partitioner == nil, number % stage.parallelism != index { continue }
                var reader = try open(context.ownership)
                for payload in try decode(&reader) {
                    let kept = try partitioner?.keep(payload, context.ownership, context)
                    worker.inFlight.append((input, kept ?? payload))
                }
            }
        }
    }

    /// The type of what comes into a node.
    private func inputType(of node: LogicalNode) -> ElementType {
        elementType(of: node.inputs[0].origin)
    }

    /// The gate in front of a node: merges the lanes of all its edges, and the edges themselves.
    private mutating func gate(of node: LogicalNode) throws -> AnyGate {
        if let gate = gates[node.id] { return gate }
        let inputs = gateInput(of: node, at: node.inputs.count)
        let gate: AnyGate
        if let split = split(of: node) {
            let output = try outputPort(of: node)
            gate = split.gate(inputs, context(of: node), output)
        } else {
            gate = inputType(of: node).gate(inputs, try entryPort(of: node))
        }
        gates[node.id] = gate
        return gate
    }

    /// The gate input at which the lanes of the node's `edge`-th edge begin.
    private func gateInput(of node: LogicalNode, at edge: Int) -> Int {
        (0..<edge).reduce(0) { sum, index in
            let origin = node.inputs[index].origin
            let exchange = plan.exchange(of: origin, target: node.id, input: index)
            return sum + (exchange.map(plan.laneCount(of:)) ?? 1)
        }
    }

    /// How a node is cut in two around the exchange, if it is.
    private func split(of node: LogicalNode) -> PreAggregation? {
        let isSplit = plan.exchanges.contains { $0.target == node.id && $0.isPreAggregated }
        return isSplit ? node.preAggregation : nil
    }

    private func elementType(of origin: Origin) -> ElementType {
        graph.nodes[origin.node].outputs[origin.output].type
    }

    // MARK: - Nodes

    /// The port in front of a node's operator.
    private mutating func entryPort(of node: LogicalNode) throws -> Any {
        switch node.body {
        case .source, .external:
            preconditionFailure("nothing leads into a source")
        case .union:
            return try outputPort(of: node)
        case .sink:
            guard let sink = sinks[node.id] else {
                preconditionFailure("sinks are opened before the chain is connected")
            }
            return sink.port
        case .chained(let make):
            let output = try outputPort(of: node)
            return try make(context(of: node), output)
        }
    }

    /// The port behind a node, to everything that consumes its main output; connects its side
    /// outputs as well.
    private mutating func outputPort(of node: LogicalNode) throws -> Any {
        for (index, output) in node.outputs.enumerated().dropFirst() {
            let origin = Origin(node: node.id, output: index)
            if graph.consumers(of: origin).isEmpty { continue }
            let port = try self.port(from: origin)
            context(of: node).sideOutputs.append(output.type.sideEmitter(output.name, port))
        }
        return try port(from: Origin(node: node.id, output: 0))
    }

    private mutating func port(from origin: Origin) throws -> Any {
        let consumers = graph.consumers(of: origin)
        let type = elementType(of: origin)
        if consumers.isEmpty { return type.discard() }
        var ports: [Any] = []
        for (target, input) in consumers {
            if let exchange = plan.exchange(of: origin, target: target.id, input: input) {
                ports.append(try exchangePort(exchange, to: target, type: type))
            } else if target.inputs.count > 1 {
                ports.append(try gate(of: target).port(gateInput(of: target, at: input)))
            } else {
                ports.append(try entryPort(of: target))
            }
        }
        return type.fanOut(ports)
    }

    private mutating func exchangePort(
        _ exchange: PhysicalPlan.Exchange, to target: LogicalNode, type: ElementType
    ) throws -> Any {
        let lanes = self.lanes(of: exchange)
        let context = context(of: target, label: "send")
        let restored = earlierStates(target.name)
        context.timeAhead = restored.map(\.watermark).max() ?? .none
        let isExact = plan.exactNodes.contains(target.id)
        let partitioner =
            split(of: target)?.partitioner ?? target.inputs[exchange.targetInput].partitioner
        let made =
            partitioner?.make(lanes, groups, isExact, context) ?? type.forward(lanes)
        worker.egresses.append(made.egress)
        return made.port
    }

    private func lanes(of exchange: PhysicalPlan.Exchange) -> [Lane] {
        let receivers = inboxes[exchange.toStage]
        let before = plan.exchanges(into: exchange.toStage).prefix { $0.id != exchange.id }
            .reduce(0) { $0 + plan.laneCount(of: $1) }
        let lanes: [Lane]
        switch exchange.distribution {
        case .paired:
            lanes = [Lane(to: receivers[index], input: before, of: worker.context)]
        case .all:
            lanes = receivers.map { Lane(to: $0, input: before + index, of: worker.context) }
        }
        worker.lanes += lanes
        return lanes
    }

    private mutating func context(of node: LogicalNode) -> OperatorContext {
        if let context = contexts[node.id] { return context }
        let context = context(of: node, label: nil)
        contexts[node.id] = context
        return context
    }

    private func context(of node: LogicalNode, label: String?) -> OperatorContext {
        let context = OperatorContext(
            name: label.map { "\(node.name) (\($0))" } ?? node.name, index: index,
            parallelism: stage.parallelism,
            ownership: GroupOwnership(
                groups: groups, range: groups.range(ofPartition: index, of: stage.parallelism)),
            isKeyed: label == nil && node.inputs.contains { $0.partitioner != nil },
            errorPolicy: node.errorPolicy, worker: worker.context)
        worker.operators.append(context)
        return context
    }
}
