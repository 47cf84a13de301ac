/// Where and how often a topology's state is made safe, and from where it begins.
///
/// ```swift
/// try await topology.run(checkpoints: .directory("state", every: .seconds(10)))
/// ```
/// A run begins at the newest whole checkpoint of its storage, or anew if there is none.
public struct Checkpoints: Sendable {
    /// Where checkpoints are kept.
    public var storage: any CheckpointStorage
    /// The time from the beginning of one checkpoint to that of the next; `nil` to take one only when asked,
    /// and at the end. One that is not complete when the next is due delays it.
    public var interval: Duration?
    /// How long a barrier waits behind what is before it in the channels, before it overtakes that; `nil` to
    /// wait as long as it takes. What was overtaken is stored with the checkpoint, so the elements between
    /// operators must be storable like state (see ``StateCodable``). A run that goes on from such a
    /// checkpoint keeps its parallelism; a savepoint is always aligned, so begin from one to change it. Elements that were overtaken are never late after a restart.
    public var unalignedAfter: Duration?
    /// How many complete checkpoints are kept; older ones are removed.
    public var retained: Int
    /// How many checkpoints in a row may fail to be written before the run fails.
    public var toleratedFailures: Int
    /// From where the run begins.
    public var start: Start
    /// New names of operators, by the names under which earlier runs have stored their state.
    public var renamedOperators: [String: String]
    /// The names of operators whose stored state may be dropped, because the topology does without them.
    public var droppedOperators: Set<String>
    /// The names that the topology had when it stored its state, if it has another one now. The checkpoints of a
    /// topology of any other name are refused: they are most likely another's, in a directory that was meant for it.
    public var formerTopologyNames: Set<String>
    /// Told what happens, on a task of the run: what was restored, skipped, completed, or failed. Checkpoints are
    /// written on a thread of their own, which it keeps as long as it takes.
    public var observer: (@Sendable (CheckpointEvent) -> Void)?

    /// From where a run begins.
    public enum Start: Sendable {
        /// At the newest whole checkpoint of the storage; anew if the storage has none.
        case latest
        /// At one checkpoint of the storage.
        case checkpoint(UInt64)
        /// At the newest checkpoint of another storage, such as a savepoint. Only if the run's own storage has
        /// none; else at its own newest, because that is later.
        case savepoint(any CheckpointStorage)
        /// Anew. Earlier checkpoints stay until they are older than the ones to be kept.
        case anew
    }

    /// Whether the run was told to begin anew.
    var beginsAnew: Bool { if case .anew = start { true } else { false } }

    public init(
        storage: any CheckpointStorage, interval: Duration? = nil,
        unalignedAfter: Duration? = nil, retained: Int = 3,
        toleratedFailures: Int = 0, start: Start = .latest,
        renamedOperators: [String: String] = [:], droppedOperators: Set<String> = [],
        formerTopologyNames: Set<String> = [],
        observer: (@Sendable (CheckpointEvent) -> Void)? = nil
    ) {
        self.storage = storage
        self.interval = interval
        self.unalignedAfter = unalignedAfter
        self.retained = retained
        self.toleratedFailures = toleratedFailures
        self.start = start
        self.renamedOperators = renamedOperators
        self.droppedOperators = droppedOperators
        self.formerTopologyNames = formerTopologyNames
        self.observer = observer
    }

    /// Checkpoints in a directory, which is created if it is not there.
    public static func directory(_ path: String, every interval: Duration? = nil) -> Checkpoints {
        Checkpoints(storage: DirectoryStorage(path), interval: interval)
    }
}

/// What happens to a run's checkpoints.
public enum CheckpointEvent: Sendable {
    /// The run goes on from a checkpoint: every worker has taken its state over, which took so long. Told once, when
    /// the last one has; others may be at work already.
    case restored(CheckpointManifest, in: Duration)
    /// The run begins without state.
    case beganAnew
    /// A checkpoint of the storage cannot be used; an older one is looked for.
    case skipped(StreamError)
    /// A checkpoint is complete.
    case completed(CheckpointManifest, CheckpointTimes)
    /// A checkpoint could not be written.
    case failed(StreamError)
    /// Checkpoints that are no longer needed could not be removed.
    case notRemoved(StreamError)
    /// The run has failed, this often in the policy's period, and begins again.
    case restarting(StreamError, failures: Int)
}

/// How long the parts of a checkpoint took.
public struct CheckpointTimes: Sendable, Hashable {
    /// The longest time for which a worker stood still to hand over its state.
    public var pause = Duration.zero
    /// From the beginning until every worker had handed over its state.
    public var alignment = Duration.zero
    /// Encoding and writing, beside the stream.
    public var writing = Duration.zero
    /// How many bytes were written for this checkpoint; the rest is shared with earlier ones.
    public var writtenBytes: Int64 = 0
}
