public import Millrace
public import Topologies

/// The steps of one session, in the order of their times.
public struct Journey: Sendable, Equatable {
    public var user: ID
    public var types: [EventType]
    /// The pages, or products, of the steps; an empty text where a step has none.
    public var places: [String]

    /// The whole path: `view>view>cart`.
    public var path: String { types.map(\.label).joined(separator: ">") }
}

/// Follows each user through a session. The input must be in event order, as ``intake(_:remembering:refused:)``
/// leaves it.
public func journeys(
    _ events: DataStream<ShopEvent>, gap: Duration = .minutes(30)
) -> DataStream<Journey> {
    events
        .keyed(by: \.user)
        .window(.session(gap: gap))
        .aggregate(
            .folding(
                into: [Step](),
                add: { @Sendable in $1.append(Step(type: $0.type, place: $0.place ?? "")) },
                merge: { @Sendable in $1 += $0 }),
            name: "journeys"
        )
        .map { visit in
            Journey(
                user: visit.key, types: visit.value.map(\.type), places: visit.value.map(\.place))
        }
}

private struct Step: Sendable, Codable {
    var type: EventType
    var place: String
}

/// A step that is often taken from one event type, or page, to the next.
public struct Transition: StreamKey, Codable, Comparable {
    public var from: String
    public var to: String

    public var stableHash: UInt64 { from.stableHash.combining(to.stableHash) }

    public static func < (a: Transition, b: Transition) -> Bool {
        (a.from, a.to) < (b.from, b.to)
    }
}

/// How often a transition was made.
public struct TransitionCount: Sendable, Equatable, JSONEncodableRecord {
    public var transition: Transition
    public var count: Int

    public func encode(to json: inout JSONWriter) {
        json.field("from", transition.from)
        json.field("to", transition.to)
        json.field("count", count)
    }
}

/// How often one event type follows another within a session.
public func typeTransitions(
    _ journeys: DataStream<Journey>, in window: WindowKind<Transition> = .global
) -> DataStream<TransitionCount> {
    transitions(journeys, in: window, name: "type-transitions") { $0.types.map(\.label) }
}

/// How often one page follows another within a session. Steps without a page are left out.
public func pageTransitions(
    _ journeys: DataStream<Journey>, in window: WindowKind<Transition> = .global
) -> DataStream<TransitionCount> {
    transitions(journeys, in: window, name: "page-transitions") {
        $0.places.filter { !$0.isEmpty }
    }
}

private func transitions(
    _ journeys: DataStream<Journey>, in window: WindowKind<Transition>, name: String,
    steps: @escaping @Sendable (Journey) -> [String]
) -> DataStream<TransitionCount> {
    journeys
        .flatMap(as: Transition.self) { journey, emit in
            let steps = steps(journey)
            for (from, to) in zip(steps, steps.dropFirst()) {
                try emit(Transition(from: from, to: to))
            }
        }
        .keyed(by: { $0 })
        .window(window)
        .aggregate(.count(), name: name)
        .map { TransitionCount(transition: $0.key, count: $0.value) }
}

/// The most frequent whole paths, and how many different ones there are.
public struct TopPaths: Sendable, Equatable, JSONEncodableRecord {
    public var sessions: Int
    public var distinctPaths: Int
    public var top: [PathCount]

    public struct PathCount: Sendable, Equatable, JSONEncodableRecord {
        public var path: String
        public var sessions: Int

        public func encode(to json: inout JSONWriter) {
            json.field("path", path)
            json.field("count", sessions)
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.field("sessions", sessions)
        json.field("distinct_paths", distinctPaths)
        json.field("top_paths", top) { $0.object($1) }
    }
}

/// Ranks whole paths by how many sessions took them; of equally frequent ones the smaller text first.
public func topPaths(
    _ journeys: DataStream<Journey>, in window: WindowKind<Journey> = .global, depth: Int = 15
) -> DataStream<TopPaths> {
    journeys
        .keyed(by: \.path)
        .window(window)
        .aggregate(.count(), name: "paths")
        .acrossKeys(
            .all(.sum(\.value), .count(), .top(depth, by: \.value, thenBy: \.key)),
            name: "top-paths"
        )
        .map { paths in
            let (sessions, distinct, top) = paths.value
            return TopPaths(
                sessions: sessions, distinctPaths: distinct,
                top: top.map { TopPaths.PathCount(path: $0.key, sessions: $0.value) })
        }
}
