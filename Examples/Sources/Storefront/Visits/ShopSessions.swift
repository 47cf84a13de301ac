public import Millrace
public import Topologies

/// A user's visit: events with less than the gap between them.
public struct ShopSession: Sendable, Equatable, JSONEncodableRecord {
    public var user: ID
    public var summary: SessionSummary

    /// From the first to the last event; zero for one event.
    public var duration: Duration { summary.end - summary.start }
    /// Whether it was over after one event.
    public var isBounce: Bool { summary.events == 1 }
    public var isConverted: Bool { summary.purchases > 0 }

    public func encode(to json: inout JSONWriter) {
        json.field("user", user)
        json.field("start", summary.start)
        json.field("end", summary.end)
        json.field("duration_ms", duration.wholeMillis)
        json.field("events", summary.events)
        json.field("depth", summary.views)
        json.field("carts", summary.carts)
        json.field("purchases", summary.purchases)
        json.field("revenue", summary.revenue)
        json.field("bounce", isBounce)
        json.field("entry", summary.entry)
        json.field("exit", summary.exit)
    }
}

/// What the events of a session add up to.
public struct SessionSummary: Sendable, Equatable, Codable {
    public var start = Timestamp.max
    public var end = Timestamp.none
    public var events = 0
    /// Pages and products looked at: the session's depth.
    public var views = 0
    public var carts = 0
    public var purchases = 0
    /// In thousandths.
    public var revenue: Int64 = 0
    /// The first and the last page, or product; empty if no event says where it was.
    public var entry = ""
    public var exit = ""

    mutating func add(_ event: ShopEvent) {
        if let place = event.place {
            if event.time < start || entry.isEmpty { entry = place }
            if event.time >= end || exit.isEmpty { exit = place }
        }
        start = min(start, event.time)
        end = max(end, event.time)
        events += 1
        if event.isView { views += 1 }
        if event.type == .addToCart { carts += 1 }
        if event.type == .purchase { purchases += 1 }
        revenue += event.revenue.thousandths
    }

    mutating func merge(_ other: SessionSummary) {
        if other.start < start, !other.entry.isEmpty || entry.isEmpty { entry = other.entry }
        if other.end >= end, !other.exit.isEmpty || exit.isEmpty { exit = other.exit }
        start = min(start, other.start)
        end = max(end, other.end)
        events += other.events
        views += other.views
        carts += other.carts
        purchases += other.purchases
        revenue += other.revenue
    }
}

/// Groups each user's events into sessions. A session comes out when the watermark says that nothing can
/// extend it any more.
public func shopSessions(
    _ events: DataStream<ShopEvent>, gap: Duration = .minutes(30)
) -> DataStream<ShopSession> {
    events
        .keyed(by: { $0.user })
        .window(.session(gap: gap))
        .aggregate(
            .folding(
                into: SessionSummary(), add: { $1.add($0) },
                merge: { $1.merge($0) }),
            name: "sessions"
        )
        .map { ShopSession(user: $0.key, summary: $0.value) }
}
