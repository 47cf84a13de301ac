/// Why a running topology is where it is: what holds event time back, what each operator waits for, where
/// back-pressure comes from, and what may be written twice. Printed, it is text in sentences.
public struct Explanation: Sendable {
    /// When it was made, by the topology's clock.
    public let time: Timestamp
    /// One entry per operator, in the order of the topology.
    public let operators: [OperatorExplanation]
    /// The operators that keep others waiting, if any channel is full.
    public let bottlenecks: [Bottleneck]
    /// What the sinks promise.
    public let sinks: [SinkExplanation]
    /// Whether the topology takes checkpoints.
    public let checkpoints: CheckpointMode

    /// The explanation of the operator called `name`.
    public subscript(name: String) -> OperatorExplanation? { operators.first { $0.name == name } }

    /// When a topology takes checkpoints.
    public enum CheckpointMode: Sendable, Hashable {
        /// Never: after a crash it begins anew.
        case off
        /// When asked, and at the end.
        case onDemand
        /// Regularly.
        case every(Duration)
    }
}

/// What an operator waits for.
public struct OperatorExplanation: Sendable {
    /// The operator's name.
    public let name: String
    /// What it does, such as `window tumbling 60.0 seconds`.
    public let label: String
    /// Its watermark; of a source, the smallest one of its splits that count.
    public let watermark: Timestamp
    /// How far the watermark is behind the clock; `nil` before the first and after the last one.
    public let lag: Duration?
    /// What keeps the watermark from advancing.
    public let hold: WatermarkHold
    /// The watermark at which it fires next; `nil` for none, or if that is not known.
    public let nextDue: Timestamp?
    /// How many keys or entries of state it holds.
    public let stateCount: Int
    /// How its workers have spent their time since the topology began.
    public let times: WorkerTimes

    /// How far the watermark has to advance until the operator fires; `nil` if nothing is due, or if there is
    /// no watermark yet.
    public var distanceToNextDue: Duration? {
        guard let nextDue, watermark != .none else { return nil }
        return max(.zero, nextDue - watermark)
    }
}

/// What keeps an operator's watermark from advancing.
public enum WatermarkHold: Sendable, Hashable {
    /// The split with the smallest watermark of all that lead here, and why it is no further.
    case split(SplitReport, Reason)
    /// The sources are further: a later watermark is on its way, behind this many queued messages.
    case inTransit(queued: Int)
    /// All splits are idle.
    case allIdle
    /// All splits have ended, so nothing does.
    case ended
    /// No source leads here.
    case noSource

    /// Why a split's watermark is no further.
    public enum Reason: Sendable, Hashable {
        /// Its strategy gives no watermark before the end of the input.
        case noWatermarks
        /// It has delivered nothing that moves the watermark, for this long.
        case nothingYet(Duration)
        /// It has delivered nothing for this long, and does not count as idle.
        case silent(Duration)
        /// It waits for room: a later operator is too slow.
        case blocked
        /// Its strategy lets it wait for slower splits.
        case paused
        /// It is read more slowly than the others, or lies further back: it is this far behind the next one.
        case behind(Duration)
        /// It is as far as its strategy allows for what has been read.
        case strategy
    }
}

/// An operator whose input is full while it has room to send: it is slower than those before it.
public struct Bottleneck: Sendable, Hashable {
    /// The operator that receives.
    public let name: String
    /// The operators that run in the same workers, itself included: any of them may be the slow one.
    public let chain: [String]
    /// How full its fullest channel is; 1 and more if a sender must wait.
    public let fill: Double
    /// The operators that send to it and must wait.
    public let slows: [String]
    /// How its workers have spent their time.
    public let times: WorkerTimes
}

/// What a sink promises.
public struct SinkExplanation: Sendable, Hashable {
    /// The sink's name.
    public let name: String
    /// What it is, such as `sink JSON Lines counts.jsonl`.
    public let label: String
    /// What it promises about results that are produced again after a failure.
    public let delivery: DeliveryGuarantee
}
