import Millrace
import Topologies

/// A user's open sessions and the last closed ones, by their beginnings.
struct UserSessions: Sendable, StateCodable {
    /// How many closed sessions are kept.
    static let closedLimit = 20

    private(set) var sessions: [LiveSession] = []
    /// When the next timer fires; there is one as long as a session is open.
    private var timer = Timestamp.max

    init() {}

    /// Adds an event to the session it belongs to: one that it is less than `gap` away from. One that is that
    /// near to two of them joins them, and one that is near to none begins a session.
    /// - Returns: What it changes for others; `nil` for most events.
    /// - Complexity: O(1) for the newest session, O(n) in the sessions that are kept otherwise.
    mutating func add(
        _ arrival: Arrival, gap: Duration, watermark: Timestamp
    ) -> SessionChange? {
        let time = arrival.event.time
        if let last = sessions.indices.last, continues(last, arrival, gap) {
            sessions[last].add(arrival)
            return nil
        }
        var change = SessionChange(user: arrival.event.user)
        var joined = LiveSession(at: time)
        joined.add(arrival)
        for index in sessions.indices.reversed() {
            let session = sessions[index]
            guard time < session.end + gap, session.start < time + gap else { continue }
            change.remove(session, gap: gap)
            sessions.remove(at: index)
            var earlier = session
            earlier.merge(joined)
            joined = earlier
        }
        joined.isOpen = joined.end + gap - .milliseconds(1) > watermark
        change.add(joined, gap: gap)
        let place = sessions.lastIndex { $0.start <= joined.start }.map { $0 + 1 } ?? 0
        sessions.insert(joined, at: place)
        forget(&change)
        return change
    }

    /// Whether an event simply goes on with an open session.
    private func continues(_ index: Int, _ arrival: Arrival, _ gap: Duration) -> Bool {
        let (time, end) = (arrival.event.time, sessions[index].end)
        return sessions[index].isOpen && time >= sessions[index].start
            && time.millis - end.millis < gap.wholeMillis
            && (!arrival.isBot || sessions[index].isBot)
    }

    /// Closes the sessions that nothing can extend any more.
    mutating func close(gap: Duration, watermark: Timestamp, user: ID) -> SessionChange? {
        timer = .max
        var change = SessionChange(user: user)
        for index in sessions.indices where sessions[index].isOpen {
            guard sessions[index].end + gap - .milliseconds(1) <= watermark else { continue }
            change.remove(sessions[index], gap: gap)
            sessions[index].isOpen = false
            change.add(sessions[index], gap: gap)
        }
        if change.after.isEmpty { return nil }
        forget(&change)
        return change
    }

    /// When a timer is needed that is not set yet.
    mutating func nextTimer(gap: Duration) -> Timestamp? {
        if timer != .max, sessions.count == 1 { return nil }
        guard let first = sessions.lazy.filter(\.isOpen).map(\.end).min() else { return nil }
        let due = first + gap - .milliseconds(1)
        // An earlier timer sets this one when it fires.
        if due >= timer { return nil }
        timer = due
        return due
    }

    private mutating func forget(_ change: inout SessionChange) {
        while sessions.count > Self.closedLimit,
            sessions.count(where: { !$0.isOpen }) > Self.closedLimit,
            let oldest = sessions.firstIndex(where: { !$0.isOpen })
        {
            change.forgotten.append(sessions.remove(at: oldest).start)
        }
    }

    func encode(to writer: inout StateWriter) throws {
        try writer.write(value: sessions)
        writer.write(timer.millis)
    }

    init(from reader: inout StateReader) throws {
        sessions = try reader.read(value: [LiveSession].self)
        timer = Timestamp(millis: try reader.read(Int64.self))
    }
}
