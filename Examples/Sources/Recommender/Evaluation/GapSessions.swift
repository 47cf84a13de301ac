public import Millrace

/// Numbers the sessions of users: a new one begins at a pause of at least `gap`.
///
/// Expects the events in event-time order; an event older than the user's latest joins the session
/// that is open.
public struct GapSessions: Sendable, Codable {
    private let gap: Duration
    private var open: [Int64: Open] = [:]
    private var count: Int64 = 0

    private struct Open: Sendable, Codable {
        var last: Timestamp
        var session: Int64
    }

    /// A numbering that splits at pauses of `gap` or more.
    public init(gap: Duration = .seconds(1800)) { self.gap = gap }

    /// The number of the session that an event of `user` at `time` belongs to.
    ///
    /// - Complexity: O(1) expected; the state holds one entry per user.
    public mutating func session(of user: Int64, at time: Timestamp) -> Int64 {
        if let current = open[user], time - current.last < gap {
            open[user] = Open(last: max(time, current.last), session: current.session)
            return current.session
        }
        count += 1
        open[user] = Open(last: time, session: count)
        return count
    }
}
