extension Topology {
    /// Runs the topology until its sources end, it fails, or the task is cancelled.
    ///
    /// One structured scope: a child task per source split and per worker. An error cancels the
    /// siblings and comes out of here; nothing outlives the call.
    ///
    /// - Returns: What the operators have counted.
    /// - Throws: ``StreamError`` naming the operator; `CancellationError` if the task is cancelled.
    @discardableResult
    public func run(_ options: RunOptions = RunOptions()) async throws -> RunReport {
        try validate(options)
        return try await run(Launch(graph, options: options))
    }

    /// Runs the topology as ``run(_:)`` does, and `body` beside it, which may read metrics and state.
    ///
    /// When the topology ends, `body`'s task is cancelled and waited for; when `body` ends, the topology goes
    /// on. An error of either ends both.
    @discardableResult
    public func run(
        _ options: RunOptions = RunOptions(),
        observing body: @escaping @Sendable (RunningTopology) async throws -> Void
    ) async throws -> RunReport {
        try validate(options)
        let launch = try await Launch(graph, options: options)
        return try await withThrowingTaskGroup(of: RunReport?.self) { group in
            group.addTask {
                do { try await body(launch.running) } catch is CancellationError {}
                return nil
            }
            group.addTask { try await run(launch) }
            while let report = try await group.next() {
                guard let report else { continue }
                group.cancelAll()
                try await group.waitForAll()
                return report
            }
            throw CancellationError()
        }
    }

    private func run(_ launch: Launch) async throws -> RunReport {
        try await withThrowingTaskGroup(of: [OperatorReport].self) { group in
            for stage in launch.plan.stages {
                for index in 0..<stage.parallelism {
                    group.addTask { try await launch.run(stage, index: index) }
                }
            }
            var reports: [OperatorReport] = []
            for try await report in group { reports += report }
            return RunReport(merging: reports, order: graph.nodes.map(\.name))
        }
    }

    func validate(_ options: RunOptions) throws {
        if options.parallelism < 1 || options.parallelism > options.keyGroups.count {
            throw StreamError(
                .invalidTopology,
                "the parallelism must be between 1 and the number of key groups "
                    + "(\(options.keyGroups.count)), not \(options.parallelism)")
        }
        if options.channelCapacity < 1 || options.batchSize < 1 {
            throw StreamError(
                .invalidTopology, "the channel capacity and the batch size must be at least 1")
        }
    }
}

/// What all workers of a run share.
struct Launch: Sendable {
    let graph: LogicalGraph
    let plan: PhysicalPlan
    let options: RunOptions
    let inboxes: [[Inbox]]
    let splits: [Int: [SourceSplit]]
    let alignments: [Int: SplitAlignment]
    let running: RunningTopology

    init(_ graph: LogicalGraph, options: RunOptions) async throws {
        var splits: [Int: [SourceSplit]] = [:]
        for node in graph.nodes {
            guard case .source(let body) = node.body else { continue }
            do {
                splits[node.id] = try await body.splits(options.parallelism)
            } catch {
                guard var named = error as? StreamError else { throw error }
                named.operatorName = named.operatorName ?? node.name
                throw named
            }
            if splits[node.id]?.isEmpty ?? true {
                throw StreamError(
                    .inputOutput, "the source has nothing to read", operatorName: node.name)
            }
        }
        self.graph = graph
        self.options = options
        self.splits = splits
        alignments = splits.mapValues { SplitAlignment(splits: $0.count) }
        plan = PhysicalPlan(
            graph, parallelism: options.parallelism, splitCounts: splits.mapValues(\.count))
        inboxes = plan.makeInboxes(capacity: options.channelCapacity)
        running = RunningTopology(graph: graph, inboxes: inboxes)
    }

    /// The life of one worker.
    func run(_ stage: PhysicalPlan.Stage, index: Int) async throws -> [OperatorReport] {
        var builder = WorkerBuilder(
            graph: graph, plan: plan, stage: stage, index: index, groups: options.keyGroups,
            inboxes: inboxes, timeSource: options.timeSource)
        // Whoever asks a worker that could not be built is answered as well.
        let worker = builder.worker
        defer { running.hasEnded(worker) }
        try await builder.build()
        let first = graph.nodes[stage.nodes[0]]
        if case .source(let body) = first.body, let split = splits[first.id]?[index] {
            let place = SourcePlace(
                context: builder.sourceContext(), batchLimit: options.batchSize,
                alignment: alignments[first.id] ?? SplitAlignment(splits: index + 1))
            do {
                worker.source = try await body.open(split, place, builder.sourcePort())
            } catch {
                throw place.context.named(error)
            }
        }
        try await withThrowingDiscardingTaskGroup { group in
            if let companion = worker.source?.companion { group.addTask { await companion() } }
            try await worker.run(in: &group)
            group.cancelAll()
        }
        return worker.reports
    }
}

extension PhysicalPlan {
    /// An inbox per worker.
    func makeInboxes(capacity: Int) -> [[Inbox]] {
        stages.map { stage in
            let inputs = exchanges(into: stage.id).reduce(0) { $0 + laneCount(of: $1) }
            return (0..<stage.parallelism).map { _ in Inbox(inputs: inputs, capacity: capacity) }
        }
    }
}
