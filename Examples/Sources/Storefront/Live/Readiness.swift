/// Whether a shop's answers are up to date.
///
/// A start goes on from the last checkpoint and replays the log behind it. Until the shop has caught up with
/// where the log ended when it started, its answers are of the past.
public enum Readiness: Sendable, Equatable {
    /// The shop does not run, or does not run any more.
    case notStarted
    /// The shop replays its log.
    ///
    /// - progress: How much of the log behind the checkpoint has been read, from 0 to 1.
    /// - behind: How many records are left.
    case recovering(progress: Double, behind: Int64)
    /// The shop has caught up.
    case ready

    public var isReady: Bool { self == .ready }

    /// How much of the log behind the checkpoint has been read: from 0 to 1.
    public var progress: Double {
        switch self {
        case .notStarted: 0
        case .recovering(let progress, _): progress
        case .ready: 1
        }
    }

    /// How many records are left to replay; 0 if that is not known.
    public var behind: Int64 {
        if case .recovering(_, let behind) = self { behind } else { 0 }
    }
}
