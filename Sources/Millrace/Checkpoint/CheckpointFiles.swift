import Synchronization

/// The checkpoints of one run in their storage: numbers them, writes them, removes old ones.
final class CheckpointFiles: Sendable {
    private struct State {
        var lastID: UInt64
        var writer: CheckpointWriter
        /// The whole checkpoints, the oldest first.
        var kept: [CheckpointManifest]
        var failures = 0
        /// Held until the run ends, whoever still holds on to the run then.
        var lease: (any StorageLease)?
    }

    private let checkpoints: Checkpoints
    private let topology: String
    private let keyGroups: KeyGroups
    let timeSource: TimeSource
    private let state: Mutex<State>

    /// Takes the storage for a run.
    /// - Throws: ``StreamError`` with code `inputOutput` if another run has it.
    init(
        _ checkpoints: Checkpoints, topology: String, keyGroups: KeyGroups, timeSource: TimeSource
    ) throws {
        self.checkpoints = checkpoints
        self.topology = topology
        self.keyGroups = keyGroups
        self.timeSource = timeSource
        let lease = try checkpoints.storage.acquire()
        let ids = try checkpoints.storage.names().compactMap(CheckpointName.id)
        let whole = try checkpoints.storage.checkpoints().whole.map(\.manifest)
        state = Mutex(
            State(
                lastID: ids.max() ?? 0, writer: CheckpointWriter(storage: checkpoints.storage),
                kept: whole.sorted { $0.id < $1.id }, lease: lease))
    }

    /// Gives the storage up: another run may have it.
    func release() { state.withLock { $0.lease = nil } }

    /// The number of the last checkpoint.
    var lastID: UInt64 { state.withLock { $0.lastID } }

    func nextID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Goes on numbering behind a checkpoint of another storage.
    func skipIDs(upTo id: UInt64) { state.withLock { $0.lastID = max($0.lastID, id) } }

    /// Writes a checkpoint; into `savepoint`, whole and on its own, if that is given.
    ///
    /// - Throws: ``StreamError`` if it cannot be written, as a ``ToleratedFailure`` unless too many have failed.
    func write(
        _ states: [CapturedState], id: UInt64, savepoint: (any CheckpointStorage)?,
        times: CheckpointTimes
    ) throws -> CheckpointManifest {
        let start = ContinuousClock.now
        let draft = CheckpointManifest(
            id: id, topology: topology, takenAt: timeSource.now(), keyGroups: keyGroups.count,
            isSavepoint: savepoint != nil)
        do {
            if let savepoint { return try write(states, as: draft, into: savepoint) }
            let manifest = try state.withLock { state in
                let manifest = try state.writer.write(states, as: draft)
                state.failures = 0
                state.kept.append(manifest)
                return manifest
            }
            removeOld()
            var times = times
            times.writing = ContinuousClock.now - start
            times.writtenBytes = manifest.writtenBytes
            checkpoints.observer?(.completed(manifest, times))
            return manifest
        } catch let error as StreamError {
            checkpoints.observer?(.failed(error))
            if savepoint != nil { throw ToleratedFailure(error: error) }
            let isTolerated = state.withLock { state in
                state.failures += 1
                return state.failures <= checkpoints.toleratedFailures
            }
            if isTolerated { throw ToleratedFailure(error: error) }
            throw error
        }
    }

    private func write(
        _ states: [CapturedState], as draft: CheckpointManifest,
        into storage: any CheckpointStorage
    ) throws -> CheckpointManifest {
        let lease = try storage.acquire()
        defer { withExtendedLifetime(lease) {} }
        var writer = CheckpointWriter(storage: storage)
        return try writer.write(states, as: draft, isSelfContained: true)
    }

    /// Removes the checkpoints beyond those to be kept. The new one is complete, so that this fails is no reason
    /// to end the run; the next checkpoint tries again.
    private func removeOld() {
        do { try state.withLock { try removeOld(&$0) } } catch let error as StreamError {
            checkpoints.observer?(.notRemoved(error))
        } catch {
            let error = StreamError(
                .inputOutput, "old checkpoints could not be removed", cause: error)
            checkpoints.observer?(.notRemoved(error))
        }
    }

    /// Removes manifests first, and then the files that none of those that are left refers to.
    private func removeOld(_ state: inout State) throws {
        let storage = checkpoints.storage
        state.kept.removeFirst(max(0, state.kept.count - max(1, checkpoints.retained)))
        let oldest = state.kept.first?.id ?? 0
        let needed = state.kept.reduce(into: Set<UInt64>()) { $0.formUnion($1.files) }
        let names = try storage.names()
        for name in names where CheckpointName.isManifest(name) {
            if let id = CheckpointName.id(of: name), id < oldest { try storage.remove(name) }
        }
        for name in names where !CheckpointName.isManifest(name) {
            if let id = CheckpointName.id(of: name), !needed.contains(id) {
                try storage.remove(name)
            }
        }
    }
}

/// A checkpoint could not be written, and the run goes on.
struct ToleratedFailure: Error {
    let error: StreamError
}

extension CheckpointManifest {
    /// How many of the bytes this checkpoint wrote itself.
    public var writtenBytes: Int64 {
        operators.flatMap(\.instances).flatMap { [$0.root] + $0.blocks }
            .reduce(0) { $0 + ($1.file == id ? $1.length : 0) }
    }
}
