/// A worker's side of the run's checkpoints.
struct WorkerCheckpoints {
    let coordinator: CheckpointCoordinator
    /// The worker's number in the run.
    let worker: Int
    /// The last checkpoint that this worker has handed its state to.
    var lastReported: UInt64
    /// Checkpoints that are complete and have not been committed to the sinks.
    var completed: [UInt64] = []
    /// The last checkpoint that has been committed to the sinks.
    var lastCommitted: UInt64 = 0
    /// A barrier that is to overtake what waits.
    var overtaking: Barrier?
    /// Whether the stream was stopped by a barrier.
    var hasStopped = false
}

extension Worker {
    /// The barrier has come on all inputs: sends it on, and hands over the state at this point.
    func takeCheckpoint(_ barrier: Barrier, in group: inout Calls) async throws {
        try await settle(isIdle: true, in: &group)
        let start = ContinuousClock.now
        let states = barrier.isMark ? [] : try capture()
        let pause = ContinuousClock.now - start
        for lane in lanes { lane.push(.barrier(barrier)) }
        try await flushLanes()
        context.isFull = false
        let prepared = barrier.isMark ? [] : try await prepareSinks(for: barrier.id)
        guard let checkpoints else { return }
        self.checkpoints?.lastReported = barrier.id
        self.checkpoints?.hasStopped = barrier.isLast
        checkpoints.coordinator.report(
            WorkerReport(states: states + prepared, pause: pause), of: checkpoints.worker,
            to: barrier.id)
    }

    /// Refuses state whose type has no codec before anything is processed.
    func checkThatStateCanBeStored() throws {
        if checkpoints?.coordinator.checkpoints.unalignedAfter != nil {
            for input in inputs {
                var writer = StateWriter(blocks: BlockList())
                do { try input.encode([], &writer) } catch var error as StreamError {
                    error.operatorName = input.edge
                    throw error
                }
            }
        }
        for handle in context.handles {
            var writer = StateWriter(blocks: BlockList())
            do { try handle.capture().encode(&writer) } catch var error as StreamError {
                error.operatorName = handle.name
                throw error
            }
        }
    }

    func capture() throws -> [CapturedState] {
        var states = try captureOperators()
        if let source { states.append(source.capture()) }
        return states
    }

    func prepareSinks(for checkpoint: UInt64) async throws -> [CapturedState] {
        var states: [CapturedState] = []
        for sink in sinks {
            do {
                if let state = try await sink.prepare(checkpoint) { states.append(state) }
            } catch {
                if PlantedBug.current != .failedPrepareSwallowed { throw error }
            }
        }
        return states
    }

    /// Publishes what complete checkpoints cover.
    func commitSinks() async throws {
        guard let completed = checkpoints?.completed, let last = completed.last else { return }
        checkpoints?.completed = []
        for sink in sinks { try await sink.commit(last) }
        checkpoints?.lastCommitted = last
    }

    /// The stream has ended here: hands over the last state, and waits until a checkpoint that holds it is
    /// complete, so that what the sinks have prepared is published.
    func awaitLastCheckpoint(in group: inout Calls) async throws {
        guard let checkpoints else { return }
        let covering =
            checkpoints.hasStopped ? checkpoints.lastReported : checkpoints.lastReported + 1
        if !checkpoints.hasStopped {
            try await settle(isIdle: true, in: &group)
            let states = try capture() + (try await prepareSinks(for: covering))
            checkpoints.coordinator.hasEnded(
                WorkerReport(states: states, pause: .zero), worker: checkpoints.worker)
        }
        while try await !isCommitted(covering) { try await inbox.waitForRequest() }
    }

    private func isCommitted(_ checkpoint: UInt64) async throws -> Bool {
        for request in inbox.pollRequests() { request(self) }
        try await commitSinks()
        return checkpoints?.lastCommitted ?? .max >= checkpoint
    }
}

/// What a worker hands over at a checkpoint.
struct WorkerReport: Sendable {
    var states: [CapturedState]
    /// How long the stream stood still here.
    let pause: Duration
}
