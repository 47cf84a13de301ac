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
        return try await restarting(options) { try await run(Launch(self, options: options)) }
    }

    /// Runs the topology as ``run(_:)`` does, and makes its state safe: after a crash, a run with the same
    /// checkpoints goes on where the last complete one was taken, and transactional sinks hold each result
    /// once.
    ///
    /// - Throws: ``StreamError`` with code `incompatibleState` if the stored state does not fit the topology,
    ///   `damagedCheckpoint` if no checkpoint is whole, `inputOutput` if another run uses the storage.
    @discardableResult
    public func run(
        _ options: RunOptions = RunOptions(), checkpoints: Checkpoints
    ) async throws -> RunReport {
        var options = options
        options.checkpoints = checkpoints
        return try await run(options)
    }

    /// Runs the topology as ``run(_:)`` does, and `body` beside it, which may read metrics and state.
    ///
    /// When the topology ends, `body`'s task is cancelled and waited for; when `body` ends, the topology goes
    /// on. An error of either ends both. When the topology is restarted, `body` begins anew with it.
    @discardableResult
    public func run(
        _ options: RunOptions = RunOptions(),
        observing body: @escaping @Sendable (RunningTopology) async throws -> Void
    ) async throws -> RunReport {
        try validate(options)
        return try await restarting(options) { try await runOnce(options, observing: body) }
    }

    private func restarting(
        _ options: RunOptions, _ once: () async throws -> RunReport
    ) async throws -> RunReport {
        guard let policy = options.restart else { return try await once() }
        return try await policy.run(options, once)
    }

    private func runOnce(
        _ options: RunOptions,
        observing body: @escaping @Sendable (RunningTopology) async throws -> Void
    ) async throws -> RunReport {
        let launch = try await Launch(self, options: options)
        // Who has looked at the run may hold on to it, and it is to be begun again at once.
        defer { launch.coordinator?.files.release() }
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
        try await withThrowingDiscardingTaskGroup { group in
            for stage in launch.plan.stages {
                for index in 0..<stage.parallelism {
                    group.addTask { try await launch.run(stage, index: index) }
                }
            }
            if let coordinator = launch.coordinator {
                group.addTask { try await launch.takeCheckpoints(coordinator) }
            }
        }
        return await launch.running.metrics()
    }

    func validate(_ options: RunOptions) throws {
        if options.parallelism < 1 || options.parallelism > options.keyGroups.count {
            throw StreamError(
                .invalidTopology,
                "the parallelism must be between 1 and the number of key groups "
                    + "(\(options.keyGroups.count)), not \(options.parallelism)")
        }
        if options.restart != nil, options.checkpoints == nil {
            throw StreamError(
                .invalidTopology,
                "a restart goes on from a checkpoint; give the run a storage for checkpoints")
        }
        if options.channelCapacity < 1 || options.batchSize < 1 {
            throw StreamError(
                .invalidTopology, "the channel capacity and the batch size must be at least 1")
        }
        if options.linger < .zero {
            throw StreamError(
                .invalidTopology, "the linger must not be negative, but is \(options.linger)")
        }
    }
}
