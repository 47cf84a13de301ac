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
        .keyed(by: { $0.user })
        .window(.session(gap: gap))
        .aggregate(
            .folding(
                into: [Step](),
                add: { $1.append(Step(type: $0.type, place: $0.place ?? "")) },
                merge: { $1 += $0 }),
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
