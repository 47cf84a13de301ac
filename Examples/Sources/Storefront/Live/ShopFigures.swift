public import Millrace
internal import Synchronization

/// How a shop's topologies get on: figures that are taken once a second, so that who asks for them does not
/// ask the workers, and what has become of the checkpoints.
public final class ShopFigures: Sendable {
    /// A topology at a moment.
    public struct Snapshot: Sendable {
        /// The counters, and the rates since the snapshot before.
        public let metrics: RunMetrics
        /// Why the topology is where it is.
        public let explanation: Explanation
        /// The streams between its operators.
        public let edges: [TopologyEdge]
    }

    /// The last checkpoint that is complete.
    public struct Checkpoint: Sendable {
        public let id: UInt64
        /// When it began.
        public let time: Timestamp
        /// How long a worker stood still for it, at most.
        public let pause: Duration
        /// From its beginning until it was safe.
        public let duration: Duration
        /// How many bytes of state it stands for.
        public let bytes: Int64
    }

    private struct State {
        var snapshot: Snapshot?
        var checkpoint: Checkpoint?
        var failures = 0
        var restarts = 0
        var gaps: [EventLogGap] = []
    }

    private let state = Mutex(State())
    /// What has become of the alerts that are posted to another system.
    public let webhook = WebhookFigures()

    init() {}

    /// The last snapshot; `nil` before the first.
    public var snapshot: Snapshot? { state.withLock { $0.snapshot } }

    /// The last checkpoint; `nil` before the first of this process.
    public var checkpoint: Checkpoint? { state.withLock { $0.checkpoint } }

    /// How many checkpoints could not be written.
    public var checkpointFailures: Int { state.withLock { $0.failures } }

    /// How often the topologies have failed and begun again.
    public var restarts: Int { state.withLock { $0.restarts } }

    /// The records that were missing when the log was read, damaged or removed, and that are left out of the
    /// results: in order, none of them twice; none at all unless damage is skipped.
    ///
    /// Records that the state had counted before they were lost are not among them: nobody read them again.
    public var gaps: [EventLogGap] {
        state.withLock { $0.gaps }.sorted {
            ($0.partition, $0.offsets.lowerBound) < ($1.partition, $1.offsets.lowerBound)
        }
    }

    /// Takes note of records that a reader has skipped. Those that are known, such as from an earlier start of
    /// the topologies, count once, and what is known stays as it is.
    func note(_ gap: EventLogGap) {
        state.withLock { state in
            var new = [gap.offsets]
            for known in state.gaps where known.partition == gap.partition {
                new = new.flatMap { $0.without(known.offsets) }
            }
            state.gaps += new.map { EventLogGap(partition: gap.partition, offsets: $0) }
        }
    }

    /// Takes snapshots until the topology ends or the task is cancelled.
    func follow(_ topology: RunningTopology, every interval: Duration = .seconds(1)) async {
        for await metrics in topology.metrics(every: interval) {
            await take(metrics, of: topology)
        }
    }

    /// Makes metrics the figures that are shown.
    func take(_ metrics: RunMetrics, of topology: RunningTopology) async {
        let snapshot = Snapshot(
            metrics: metrics, explanation: await topology.explain(), edges: topology.edges)
        state.withLock { $0.snapshot = snapshot }
    }

    /// Takes note of what has become of a checkpoint.
    @Sendable
    func note(_ event: CheckpointEvent) {
        state.withLock { state in
            switch event {
            case .completed(let manifest, let times):
                state.checkpoint = Checkpoint(
                    id: manifest.id, time: manifest.takenAt, pause: times.pause,
                    duration: times.alignment + times.writing, bytes: manifest.byteCount)
            case .failed: state.failures += 1
            case .restarting: state.restarts += 1
            case .restored, .beganAnew, .skipped, .notRemoved: break
            }
        }
    }
}

extension Range<Int64> {
    /// What of these is not among the others, in order.
    fileprivate func without(_ other: Range<Int64>) -> [Range<Int64>] {
        guard overlaps(other) else { return isEmpty ? [] : [self] }
        return [
            lowerBound..<Swift.max(lowerBound, other.lowerBound),
            Swift.min(upperBound, other.upperBound)..<upperBound,
        ].filter { !$0.isEmpty }
    }
}
