import Millrace
import Topologies

/// What others need to know of a session: the index where it is, the statistics what to count.
struct SessionRecord: Sendable, BitwiseCopyable {
    var start: Timestamp
    /// When nothing could extend it any more.
    var over: Timestamp
    var isOpen: Bool
    var isBot: Bool
    var isBounce: Bool
    var isConverted: Bool
    var durationMillis: Int64
    var depth: Int

    init(_ session: LiveSession, gap: Duration) {
        start = session.start
        over = session.end + gap
        isOpen = session.isOpen
        isBot = session.isBot
        isBounce = session.events == 1
        isConverted = session.purchases > 0
        durationMillis = (session.end - session.start).wholeMillis
        depth = session.depth
    }
}

/// Sessions of a user that have begun, been joined, or been closed.
struct SessionChange: Sendable {
    var user: ID
    /// The sessions concerned, as they were and as they are.
    var before: [SessionRecord] = []
    var after: [SessionRecord] = []
    /// Those that are closed now, as they are.
    var closed: [LiveSession] = []
    /// Those that were closed and are open again or joined to another, as they were.
    var reopened: [LiveSession] = []
    /// The beginnings of closed sessions that are not kept any more.
    var forgotten: [Timestamp] = []

    init(user: ID) { self.user = user }

    mutating func remove(_ session: LiveSession, gap: Duration) {
        before.append(SessionRecord(session, gap: gap))
        if !session.isOpen { reopened.append(session) }
    }

    mutating func add(_ session: LiveSession, gap: Duration) {
        after.append(SessionRecord(session, gap: gap))
        if !session.isOpen { closed.append(session) }
    }
}

/// Follows every user's sessions, whatever the order of the events.
///
/// Of each user the open sessions are kept and the last 20 closed ones, until 48 hours of event time behind
/// the user's last event. A session is closed when the watermark says that nothing can extend it; an event
/// that comes later still goes to the session it belongs to, which may open it again or join two.
func sessionChanges(
    _ arrivals: DataStream<Arrival>, gap: Duration
) -> DataStream<SessionChange> {
    arrivals
        .keyed(by: \.event.user)
        .process(
            "live-sessions", state: UserSessions.self, output: SessionChange.self,
            expiry: .eventTime(.hours(48)),
            onElement: { arrival, sessions, context in
                if sessions == nil { sessions = UserSessions() }
                let change = sessions?.add(arrival, gap: gap, watermark: context.watermark)
                if let change { context.emit(change) }
                if let due = sessions?.nextTimer(gap: gap) { context.setTimer(at: due) }
            },
            onTimer: { timer, sessions, context in
                let change = sessions?.close(
                    gap: gap, watermark: context.watermark, user: timer.key)
                if let change { context.emit(change) }
                if let due = sessions?.nextTimer(gap: gap) { context.setTimer(at: due) }
            },
            onExpiry: { sessions, context in
                var change = SessionChange(user: context.key)
                change.forgotten = sessions.sessions.map(\.start)
                context.emit(change)
            })
}
