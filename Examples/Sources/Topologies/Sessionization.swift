public import Millrace

/// A user's visit: events with less than the gap between them.
public struct Session: Sendable, Equatable, JSONEncodableRecord {
    public var user: ID
    /// The time of the first event.
    public var start: Timestamp
    /// The time of the last event.
    public var end: Timestamp
    public var events: Int
    public var purchases: Int

    public func encode(to json: inout JSONWriter) {
        json.field("user", user)
        json.field("start", start)
        json.field("end", end)
        json.field("events", events)
        json.field("purchases", purchases)
    }
}

/// Groups each user's events into sessions. A session is complete, and comes out, when the watermark says
/// that nothing can extend it any more.
public func sessions(_ clicks: DataStream<Click>, gap: Duration) -> DataStream<Session> {
    clicks
        .keyed(by: { $0.user })
        .window(.session(gap: gap))
        .aggregate(
            .all(
                .count(),
                .count(where: \.isPurchase),
                .minimum(\.time),
                .maximum(\.time)),
            name: "sessions"
        )
        .map { visit in
            let (events, purchases, first, last) = visit.value
            return Session(
                user: visit.key, start: first ?? visit.window.start, end: last ?? visit.window.end,
                events: events, purchases: purchases)
        }
}
