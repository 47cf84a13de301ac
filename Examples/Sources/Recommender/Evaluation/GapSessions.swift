public import Millrace

/// Numbers the sessions of users: a new one begins at a pause of at least `gap`.
///
/// Expects the events in event-time order; an event older than the user's latest joins the session
/// that is open.
public struct GapSessions: Sendable {
    private let gap: Duration
    private var open: [Int64: (last: Timestamp, session: Int64)] = [:]
    private var count: Int64 = 0

    /// A numbering that splits at pauses of `gap` or more.
    public init(gap: Duration = .seconds(1800)) { self.gap = gap }

    /// The number of the session that an event of `user` at `time` belongs to.
    ///
    /// - Complexity: O(1) expected; the state holds one entry per user.
    public mutating func session(of user: Int64, at time: Timestamp) -> Int64 {
        if let current = open[user], time - current.last < gap {
            open[user] = (max(time, current.last), current.session)
            return current.session
        }
        count += 1
        open[user] = (time, count)
        return count
    }
}
