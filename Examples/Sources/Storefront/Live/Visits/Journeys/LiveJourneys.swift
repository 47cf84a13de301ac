import Millrace
import Topologies

/// How often visitors went from where to where in an hour.
struct HourJourneys: Sendable, StateCodable {
    /// By the type before and the type behind it.
    private(set) var types = Array(
        repeating: 0, count: EventType.allCases.count * EventType.allCases.count)
    private(set) var places = TopCounts<Transition>(capacity: 1000)
    private(set) var paths = TopCounts<String>(capacity: 1000)

    init() {}

    mutating func add(_ delta: TransitionDelta) {
        switch delta.kind {
        case .types(let from, let to):
            types[Int(from.rawValue) * EventType.allCases.count + Int(to.rawValue)] += delta.count
        case .places(let from, let to):
            places.add(delta.count, of: Transition(from: from, to: to))
        case .path(let path): paths.add(delta.count, of: path)
        }
    }

    func encode(to writer: inout StateWriter) throws {
        writer.write(types)
        try writer.write(value: places)
        try writer.write(value: paths)
    }

    init(from reader: inout StateReader) throws {
        types = try reader.read([Int].self)
        places = try reader.read(value: TopCounts<Transition>.self)
        paths = try reader.read(value: TopCounts<String>.self)
    }
}

/// Transitions and paths, per hour for 26 hours of event time.
///
/// A transition counts at once, a path when its session is over; both in the hour of their last event. Of each
/// hour the 1,000 most frequent transitions between pages and the 1,000 most frequent paths are kept; their
/// counts are exact as long as there are no more than 2,000. A path is that of a session's last 100 steps.
func liveJourneys(
    _ arrivals: DataStream<Arrival>, _ sessions: DataStream<SessionChange>, gap: Duration
) {
    let transitions =
        arrivals
        .filter(name: "visitors-only") { !$0.isBot }
        .keyed(by: \.event.user)
        .process(
            "recent-steps", state: RecentSteps.self, output: TransitionDelta.self,
            expiry: .eventTime(gap * 2)
        ) { arrival, state, context in
            if state == nil { state = RecentSteps() }
            state?.add(arrival.event, gap: gap) { context.emit($0) }
        }
    let paths = sessions.flatMap(name: "paths", as: TransitionDelta.self) { change, emit in
        for session in change.reopened where !session.isBot { try emit(.path(session, -1)) }
        for session in change.closed where !session.isBot { try emit(.path(session, 1)) }
    }
    transitions.union(paths, name: "journey-changes")
        .keyed(by: \.hour)
        .process(
            "journeys", state: HourJourneys.self, output: Never.self,
            expiry: .eventTime(.hours(26))
        ) { delta, journeys, _ in
            if journeys == nil { journeys = HourJourneys() }
            journeys?.add(delta)
        }
        .forEach(name: "journeys-kept") { _, _ in }
}
