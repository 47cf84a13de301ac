import Foundation
public import Millrace
import Synchronization
import Topologies

extension LiveShop {
    /// Runs the topologies until the task is cancelled or ``stop()`` is called.
    ///
    /// Topologies that fail begin again in place, from the last checkpoint, up to five times in a minute.
    ///
    /// - Parameter observer: Told what happens to checkpoints.
    /// - Throws: What ended the topologies; `CancellationError` if the task is cancelled.
    public func run(
        observer: @escaping @Sendable (CheckpointEvent) -> Void = { _ in }
    ) async throws {
        if state.withLock({ $0.isStopping }) { return }
        defer {
            state.withLock {
                $0.running = nil
                $0.readiness = .notStarted
            }
        }
        var options = RunOptions(batchSize: configuration.batchSize)
        var checkpoints = Checkpoints.directory(
            configuration.checkpointPath, every: configuration.checkpointInterval)
        // A disk that is full for a minute must not end the shop: its state is as good as before.
        checkpoints.toleratedFailures = 100
        checkpoints.observer = { event in
            self.figures.note(event)
            observer(event)
        }
        options.checkpoints = checkpoints
        options.restart = .restart(maximum: 5, within: .seconds(60))
        try await liveTopology(configuration, feed: feed).run(options) { topology in
            async let figures: Void = self.figures.follow(topology)
            try await self.accompany(topology, observer)
            await figures
        }
    }

    /// What goes on beside the topologies, from each of their starts on.
    private func accompany(
        _ topology: RunningTopology, _ observer: @Sendable (CheckpointEvent) -> Void
    ) async throws {
        let catchUp = try CatchUp(
            logAt: configuration.logPath, partitions: log.partitionCount)
        let isStopping = state.withLock { state in
            state.running = topology
            state.readiness = .recovering(progress: 0, behind: 0)
            return state.isStopping
        }
        if isStopping {
            try await topology.stop()
            return
        }
        try await follow(catchUp, topology)
        while true {
            try await Task.sleep(for: .seconds(60))
            // What could not be removed is tried again, and meets the same trouble when the log is written.
            do { try log.enforceRetention() } catch let error as StreamError {
                observer(.notRemoved(error))
            }
        }
    }

    /// Waits until the shop has read, and handled, what was in its log.
    private func follow(_ catchUp: CatchUp, _ topology: RunningTopology) async throws {
        var catchUp = catchUp
        while true {
            let report = await topology.metrics()
            let positions = report.splits.map { ($0.id, $0.progress) }
            let readiness = catchUp.readiness(Dictionary(positions, uniquingKeysWith: max))
            if readiness.isReady {
                // What was read may still be on its way.
                if state.withLock({ $0.isStopping }) { return }
                try await topology.settle()
            }
            state.withLock { $0.readiness = readiness }
            if readiness.isReady { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Takes a last checkpoint, ends ``run(observer:)``, and closes the log. Nothing is lost without: a start
    /// then replays more.
    /// - Throws: ``StreamError`` if the checkpoint cannot be written or the log cannot be closed.
    public func stop() async throws {
        let running = state.withLock { state in
            state.isStopping = true
            return state.running
        }
        try await running?.stop()
        try log.close()
    }

    /// Stores the state on its own, to be kept and to begin from: before an upgrade, or as a back-up.
    /// - Returns: The directory, and the checkpoint's number.
    /// - Throws: ``StreamError`` with code `inputOutput` if it cannot be written, `operatorFailed` if the shop
    ///   does not run.
    public func savepoint() async throws -> (path: String, id: UInt64) {
        guard let running else {
            throw StreamError(.operatorFailed, "the shop does not run, so it has no state to save")
        }
        let time = TimeSource.system.now().millis
        let path = "\(configuration.savepointPath)/\(time)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        let manifest = try await running.savepoint(to: DirectoryStorage(path))
        return (path, manifest.id)
    }
}
