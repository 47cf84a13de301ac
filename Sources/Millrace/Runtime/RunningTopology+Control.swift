extension RunningTopology {
    /// Takes a checkpoint now, and waits until it is complete.
    /// - Throws: ``StreamError`` if it cannot be written, or the topology has ended or takes no checkpoints.
    @discardableResult
    public func checkpoint() async throws -> CheckpointManifest { try await request(.checkpoint) }

    /// Takes a checkpoint that stands alone, in a storage of its own: to be kept, moved, and begun from with
    /// any parallelism. The stream goes on.
    ///
    /// Results that transactional sinks hold ready are in it; they are published by the next checkpoint here,
    /// and by the run that begins from the savepoint, so let only one of the two go on.
    @discardableResult
    public func savepoint(to storage: any CheckpointStorage) async throws -> CheckpointManifest {
        try await request(.savepoint(storage))
    }

    /// Takes a last checkpoint and ends the run there: open windows stay open, and a run with the same
    /// checkpoints goes on with them. What transactional sinks hold ready is published.
    ///
    /// - Parameter savepoint: Where to keep the checkpoint, if not with the others.
    @discardableResult
    public func stop(
        savepoint: (any CheckpointStorage)? = nil
    ) async throws -> CheckpointManifest {
        try await request(.stop(into: savepoint))
    }

    /// Waits until everything that the sources have read before the call has gone through every operator, and
    /// has been given to the sinks: what is read from state afterwards knows of it.
    ///
    /// A mark goes through all channels as the barrier of a checkpoint does, so the run needs checkpoints; none
    /// is taken.
    /// - Throws: ``StreamError`` if the topology has ended or takes no checkpoints.
    public func settle() async throws { _ = try await ask(.mark) }

    /// Ends the input here: what has been read goes through, all windows fire, and the run ends as if its
    /// sources had ended. Use ``stop(savepoint:)`` to go on later.
    public func drain() {
        for inbox in inboxes { _ = inbox.post { $0.shouldDrain = true } }
    }

    /// Whether the run has checkpoints.
    public var takesCheckpoints: Bool { coordinator != nil }

    private func request(_ job: CheckpointCoordinator.Job) async throws -> CheckpointManifest {
        guard let manifest = try await ask(job) else {
            preconditionFailure("only a mark stores nothing, and nobody else asks for one")
        }
        return manifest
    }

    private func ask(_ job: CheckpointCoordinator.Job) async throws -> CheckpointManifest? {
        guard let coordinator else {
            throw StreamError(
                .invalidTopology, "the topology runs without checkpoints; give the run a storage")
        }
        return try await coordinator.request(job)
    }
}
