/// Runs a topology step by step on the caller's task, with no clock and no thread of its own: input is
/// pushed in, and every worker runs until nothing is left to do.
///
/// The workers, chains and exchanges are those of a real run; only who calls them differs.
package final class EmbeddedRun {
    private let graph: LogicalGraph
    private let plan: PhysicalPlan
    private let options: RunOptions
    private var workers: [[Worker]] = []
    private var inputs: [Int: Any] = [:]
    private var messages: [Message] = []
    /// Picks the next of so many workers that have work: the first, unless a test shuffles.
    package var choose: (Int) -> Int = { _ in 0 }

    /// Builds all workers of a topology, whose sources are replaced by inputs.
    package init(_ topology: Topology, options: RunOptions) async throws {
        try topology.validate(options)
        self.options = options
        graph = topology.graph
        plan = PhysicalPlan(
            graph, parallelism: options.parallelism,
            splitCounts: Dictionary(
                uniqueKeysWithValues: graph.nodes.filter(\.isInput).map { ($0.id, 1) }))
        try await build(restoring: nil)
    }

    private func build(restoring states: [CapturedState]?) async throws {
        let inboxes = plan.makeInboxes(capacity: options.channelCapacity)
        // Written and read back once, however many workers and exchanges ask.
        let earlier = try Dictionary(grouping: states ?? [], by: \.name)
            .mapValues { try $0.map { try $0.afterRestart() } }
        workers = []
        for stage in plan.stages {
            var instances: [Worker] = []
            for index in 0..<stage.parallelism {
                var builder = WorkerBuilder(
                    graph: graph, plan: plan, stage: stage, index: index, inboxes: inboxes,
                    options: options, earlierStates: { earlier[$0] ?? [] })
                try await builder.build()
                let worker = builder.worker
                let first = graph.nodes[stage.nodes[0]]
                if first.isInput {
                    inputs[first.id] = try builder.sourcePort()
                }
                try await builder.restore()
                for begin in worker.context.beginnings { begin() }
                instances.append(worker)
            }
            workers.append(instances)
        }
    }

    /// Takes every operator's state, throws all workers away, and builds new ones with that state as it would
    /// be read from a checkpoint.
    package func snapshotAndRestore() async throws {
        try settle()
        var states: [CapturedState] = []
        for stage in workers {
            // What a stage sends on before it is captured belongs to the next one's state.
            for worker in stage { states += try worker.captureOperators() }
            try settle()
        }
        try await build(restoring: states)
    }

    /// Pushes a batch into an input.
    package func push<Element: Sendable>(
        _ batch: Batch<Element>, into input: Int, as type: Element.Type
    ) throws {
        var batch = batch
        try erased(Port<Element>.self, port(of: input)).receive(&batch)
        try settle()
    }

    /// Pushes a signal into an input.
    package func signal<Element: Sendable>(
        _ signal: Signal, into input: Int, as type: Element.Type
    ) throws {
        try erased(Port<Element>.self, port(of: input)).signal(signal)
        try settle()
    }

    /// Tells every worker that processing time has reached `now`.
    package func tick(_ now: Timestamp) throws {
        for worker in workers.joined() { try worker.tick(now) }
        try settle()
    }

    /// Makes the asynchronous calls that operators have asked for, in the order in which they were asked for,
    /// and those that follow from their results.
    package func makeCalls() async throws {
        while let worker = workers.joined().first(where: { !$0.context.calls.isEmpty }) {
            try await worker.makeCalls()
            try settle()
        }
    }

    private func port(of input: Int) -> Any {
        guard let port = inputs[input] else {
            preconditionFailure("the topology has no input \(input)")
        }
        return port
    }

    /// Runs the workers until no inbox holds a message.
    package func settle() throws {
        for worker in workers.joined() { try worker.settleWithoutWaiting() }
        while true {
            let ready = workers.joined().filter { $0.inbox.count > 0 }
            if ready.isEmpty { return }
            let worker = ready[choose(ready.count)]
            _ = worker.inbox.poll(into: &messages)
            for message in messages {
                try worker.handle(message)
                try worker.settleWithoutWaiting()
            }
            messages.removeAll()
        }
    }

    /// The counters of all operators.
    package var report: RunReport {
        RunReport(
            merging: workers.joined().flatMap { $0.snapshot().operators },
            order: graph.nodes.map(\.name))
    }

    /// The keyed state of an operator, of all its instances.
    /// - Throws: ``StreamError`` with code `incompatibleState` if it has no readable state of these types.
    package func state<Key: StreamKey, Value: Sendable>(
        _ name: String, key: Key.Type, value: Value.Type
    ) throws -> StateSnapshot<Key, Value> {
        try StateSnapshot(
            readableStates: workers.joined().flatMap { $0.readableStates(of: name) }, of: name,
            in: graph)
    }

    /// The timers that the keys of an operator have set and that have not fired, in the order in which they
    /// are due.
    package func timers<Key: StreamKey>(_ name: String, key: Key.Type) -> [KeyedTimer<Key>] {
        workers.joined().flatMap { $0.timers(of: name) }
            .compactMap { $0 as? [KeyedTimer<Key>] }.joined()
            .sorted { $0.timestamp < $1.timestamp }
    }

    /// How many keys or entries of state the operator called `name` holds.
    package func stateCount(of name: String) -> Int {
        workers.joined().reduce(0) { $0 + $1.stateCount(of: name) }
    }
}

extension LogicalNode {
    /// Whether elements enter the graph here.
    var isInput: Bool {
        switch body {
        case .source, .external: true
        default: false
        }
    }
}

extension Flow {
    /// A stream into which a driver pushes, and the number of its input.
    package func external<Element: Sendable>(
        _ type: Element.Type, name: String? = nil
    ) -> (stream: DataStream<Element>, input: Int) {
        let id = add(
            "input", name: name, inputs: [], outputs: [LogicalOutput(of: type)], body: .external)
        return (DataStream(flow: self, origin: Origin(node: id, output: 0)), id)
    }
}
