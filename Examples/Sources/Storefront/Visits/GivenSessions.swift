public import Millrace
public import Topologies

/// A session as the shop gave its id, whatever pauses are in it and whoever shares it.
public struct GivenSession: Sendable, Equatable, JSONEncodableRecord {
    public var id: ID
    public var start: Timestamp
    public var end: Timestamp
    public var events: Int

    public func encode(to json: inout JSONWriter) {
        json.field("session", id)
        json.field("start", start)
        json.field("end", end)
        json.field("events", events)
    }
}

/// Groups events by the session id that they carry; those without one are left out.
public func givenSessions(
    _ events: DataStream<ShopEvent>, in window: WindowKind<ShopEvent> = .global
) -> DataStream<GivenSession> {
    events
        .filter { $0.session != nil }
        .keyed(by: { $0.session ?? "" })
        .window(window)
        .aggregate(
            .all(.count(), .minimum { $0.time }, .maximum { $0.time }), name: "given-sessions"
        )
        .map { visit in
            let (events, first, last) = visit.value
            return GivenSession(
                id: visit.key, start: first ?? visit.window.start, end: last ?? visit.window.end,
                events: events)
        }
}
