import Synchronization

/// Tells the observer that a run goes on from a checkpoint, once every worker has taken its state over.
final class RestoreProgress: Sendable {
    private let manifest: CheckpointManifest
    private let observer: @Sendable (CheckpointEvent) -> Void
    private let start: ContinuousClock.Instant
    /// How many workers have still to take their state over.
    private let awaited: Atomic<Int>

    init?(_ recovery: Recovery?, since start: ContinuousClock.Instant, workerCount: Int) {
        guard let recovery, let observer = recovery.checkpoints.observer else { return nil }
        manifest = recovery.checkpoint.manifest
        self.observer = observer
        self.start = start
        awaited = Atomic(workerCount)
    }

    /// One more worker has.
    func workerHasRestored() {
        let left = awaited.subtract(1, ordering: .acquiringAndReleasing).newValue
        if left == 0 { observer(.restored(manifest, in: ContinuousClock.now - start)) }
    }
}
