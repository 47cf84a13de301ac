import Foundation
public import Millrace
import Synchronization
import Topologies

extension LiveShop {
    /// Runs the topologies until the task is cancelled or ``stop()`` is called.
    ///
    /// Topologies that fail begin again in place, from the last checkpoint, up to five times in a minute; not where
    /// the archive lacks what the checkpoint knows of.
    ///
    /// - Parameter observer: Told what happens to checkpoints.
    /// - Throws: What ended the topologies; `CancellationError` if the task is cancelled; ``StreamError`` with code
    ///   `invalidTopology` if the webhook's address is none, `inputOutput` with ``StorageFault/missingOutput`` as
    ///   its cause if the archive lacks results.
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
        let webhook = try configuration.alertWebhook.map {
            try AlertWebhook($0, configuration, figures.webhook)
        }
        // Beside the topologies, which it never holds up; ended with them.
        async let _ = webhook?.run()
        var options = RunOptions(batchSize: configuration.batchSize)
        var checkpoints = Checkpoints.directory(
            configuration.checkpointPath, every: configuration.checkpointInterval)
        // A disk that is full for a minute must not end the shop: its state is as good as before.
        checkpoints.toleratedFailures = 100
        // How silent sources were found once.
        checkpoints.droppedOperators = ["source-marks-in-order", "silent-sources"]
        checkpoints.observer = { event in
            self.figures.note(event)
            if case .restarting = event { self.restoreArchiveDirectory() }
            observer(event)
        }
        options.checkpoints = checkpoints
        options.restart = .restart(maximum: 5, within: .seconds(60))
        // Requests are answered meanwhile, and must not wait for the threads of the topologies.
        let threads = WorkerThreads()
        defer { withExtendedLifetime(threads) {} }
        _ = try await withTaskExecutorPreference(threads) { [options] in
            try await liveTopology(
                configuration, feed: feed, skipped: { self.figures.note($0) }
            ).run(options) { topology in
                // There from the beginning, and then anew every second.
                await self.figures.take(RunMetrics(topology.metrics()), of: topology)
                async let figures: Void = self.figures.follow(topology)
                try await self.accompany(topology, observer)
                await figures
            }
        }
    }

    /// Creates the directory of the archive if it is gone, so that beginning again finds out what is lost with it,
    /// if anything is.
    private func restoreArchiveDirectory() {
        // Without the log, it is the whole data directory that is gone, to be put back as it was.
        if log.absence != nil { return }
        // If that fails, so does opening the files that belong there, and that is said.
        try? FileManager.default.createDirectory(
            atPath: configuration.archivePath, withIntermediateDirectories: true)
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
        try await follow(catchUp, topology) { readiness in
            self.state.withLock { $0.readiness = readiness }
        }
        while true {
            try await Task.sleep(for: .seconds(60))
            // What could not be removed is tried again, and meets the same trouble when the log is written.
            do { try log.enforceRetention() } catch let error as StreamError {
                observer(.notRemoved(error))
            }
        }
    }

    /// Waits until everything that is in the log now has reached every view.
    /// - Throws: ``StreamError`` with code `operatorFailed` if the shop does not run, or no longer;
    ///   `CancellationError`.
    public func settle() async throws {
        guard let running else {
            throw StreamError(.operatorFailed, "the shop does not run, so its views do not change")
        }
        let catchUp = try CatchUp(
            logAt: configuration.logPath, partitions: log.partitionCount)
        try await follow(catchUp, running) { _ in }
    }

    /// Waits until the topologies have read, and handled, what the log held.
    private func follow(
        _ catchUp: CatchUp, _ topology: RunningTopology, _ note: (Readiness) -> Void
    ) async throws {
        var catchUp = catchUp
        while true {
            let report = await topology.metrics()
            let positions = report.splits.map { ($0.id, $0.progress) }
            let readiness = catchUp.readiness(Dictionary(positions, uniquingKeysWith: max))
            if readiness.isReady {
                // A shop that is stopped meanwhile never becomes ready, and that is no failure.
                if state.withLock({ $0.isStopping }) { return }
                // What was read may still be on its way.
                do { try await topology.settle() } catch let error as StreamError
                    where state.withLock({ $0.isStopping }) && error.code == .operatorFailed
                { return }
            }
            note(readiness)
            if readiness.isReady { return }
            try await Task.sleep(for: .milliseconds(5))
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
