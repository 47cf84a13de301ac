/// What all workers of a run share.
struct Launch: Sendable {
    let graph: LogicalGraph
    let plan: PhysicalPlan
    let options: RunOptions
    let inboxes: [[Inbox]]
    let splits: [Int: [SourceSplit]]
    let alignments: [Int: SplitAlignment]
    let coordinator: CheckpointCoordinator?
    let recovery: Recovery?
    let running: RunningTopology
    let restoreProgress: RestoreProgress?

    init(_ topology: Topology, options: RunOptions) async throws {
        let start = ContinuousClock.now
        options.probe?.clear()
        graph = topology.graph
        self.options = options
        var files: CheckpointFiles?
        if let checkpoints = options.checkpoints {
            files = try CheckpointFiles(
                checkpoints, topology: topology.name, keyGroups: options.keyGroups,
                timeSource: options.timeSource)
        }
        recovery = try Self.recovery(options, of: topology)
        if let recovery { files?.skipIDs(upTo: recovery.checkpoint.manifest.id) }
        splits = try await Self.splits(of: graph, options: options, recovery: recovery)
        alignments = splits.mapValues { SplitAlignment(splits: $0.count) }
        plan = PhysicalPlan(
            graph, parallelism: options.parallelism, splitCounts: splits.mapValues(\.count))
        if let recovery {
            try CheckpointCompatibility(
                manifest: recovery.checkpoint.manifest, checkpoints: recovery.checkpoints,
                topology: topology.name, graph: graph, keyGroups: options.keyGroups
            ).check(
                exchanges: Set(
                    plan.exchanges.map { [plan, graph] in plan.edgeName(of: $0, in: graph) }))
        }
        inboxes = plan.makeInboxes(capacity: options.channelCapacity)
        let workerCount = plan.stages.reduce(0) { $0 + $1.parallelism }
        restoreProgress = RestoreProgress(recovery, since: start, workerCount: workerCount)
        if let files, let checkpoints = options.checkpoints {
            coordinator = CheckpointCoordinator(
                checkpoints, files: files, workerCount: workerCount,
                usesThread: !options.isSimulated)
        } else {
            coordinator = nil
        }
        running = RunningTopology(
            graph: graph, plan: plan, inboxes: inboxes, coordinator: coordinator,
            timeSource: options.timeSource)
    }

    private static func recovery(
        _ options: RunOptions, of topology: Topology
    ) throws -> Recovery? {
        guard let checkpoints = options.checkpoints else { return nil }
        guard let recovery = try Recovery.find(checkpoints) else {
            checkpoints.observer?(.beganAnew)
            return nil
        }
        try CheckpointCompatibility(
            manifest: recovery.checkpoint.manifest, checkpoints: checkpoints,
            topology: topology.name, graph: topology.graph, keyGroups: options.keyGroups
        ).check()
        return recovery
    }

    /// The splits of all sources: those that an earlier run was reading, then those that are new.
    private static func splits(
        of graph: LogicalGraph, options: RunOptions, recovery: Recovery?
    ) async throws -> [Int: [SourceSplit]] {
        var all: [Int: [SourceSplit]] = [:]
        for node in graph.nodes {
            guard case .source(let body) = node.body else { continue }
            do {
                let known = try recovery?.splits(of: node.name).map(\.split) ?? []
                let found = try await body.splits(known.isEmpty ? options.parallelism : known.count)
                let ids = Set(known.map(\.id))
                all[node.id] = known + found.filter { !ids.contains($0.id) }
            } catch {
                guard var named = error as? StreamError else { throw error }
                named.operatorName = named.operatorName ?? node.name
                throw named
            }
            if all[node.id]?.isEmpty ?? true {
                throw StreamError(
                    .inputOutput, "the source has nothing to read", operatorName: node.name)
            }
        }
        return all
    }

    /// The life of one worker.
    func run(_ stage: PhysicalPlan.Stage, index: Int) async throws {
        var builder = WorkerBuilder(
            graph: graph, plan: plan, stage: stage, index: index, inboxes: inboxes,
            options: options, recovery: recovery)
        // Whoever asks a worker that could not be built is answered as well.
        let worker = builder.worker
        running.hasBegun(worker)
        defer { running.hasEnded(worker) }
        try await builder.build()
        let first = graph.nodes[stage.nodes[0]]
        if case .source(let body) = first.body, let split = splits[first.id]?[index] {
            let place = SourcePlace(
                context: builder.sourceContext(), batchLimit: options.batchSize,
                alignment: alignments[first.id] ?? SplitAlignment(splits: index + 1),
                restored: try recovery?.splits(of: first.name).first { $0.split.id == split.id })
            do {
                if let interceptor = options.interceptor {
                    worker.source = try await interceptor.open(
                        body, split, place, builder.sourcePort())
                } else {
                    worker.source = try await body.open(split, place, builder.sourcePort())
                }
            } catch {
                throw place.context.named(error)
            }
        }
        if let coordinator {
            worker.checkpoints = WorkerCheckpoints(
                coordinator: coordinator, worker: number(of: stage, index: index),
                lastReported: coordinator.firstID - 1)
            // Before there is any state: all of it would be stored for nothing.
            try worker.checkThatStateCanBeStored()
        }
        try await builder.restore()
        restoreProgress?.workerHasRestored()
        options.probe?.add(worker)
        try await withThrowingDiscardingTaskGroup { group in
            if let companion = worker.source?.companion { group.addTask { await companion() } }
            try await worker.run(in: &group)
            group.cancelAll()
        }
    }

    /// The number of a worker among all of the run.
    private func number(of stage: PhysicalPlan.Stage, index: Int) -> Int {
        plan.stages.prefix(stage.id).reduce(index) { $0 + $1.parallelism }
    }

    /// Takes a checkpoint whenever one is due, until the run ends.
    func takeCheckpoints(_ coordinator: CheckpointCoordinator) async throws {
        let sources = plan.stages.filter { graph.nodes[$0.nodes[0]].isInput }
        let all = RunInboxes(
            sources: sources.flatMap { inboxes[$0.id] }, all: inboxes.flatMap { $0 })
        let (timeSource, interval) = (options.timeSource, coordinator.checkpoints.interval)
        try await withThrowingDiscardingTaskGroup { group in
            if let interval {
                group.addTask {
                    while !Task.isCancelled {
                        do { try await timeSource.sleep(for: interval) } catch { return }
                        coordinator.tick()
                    }
                }
            }
            try await coordinator.run(all)
            group.cancelAll()
        }
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
