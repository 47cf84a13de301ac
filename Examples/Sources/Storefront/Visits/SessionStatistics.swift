public import Millrace

/// What the sessions that ended in a window have in common.
public struct SessionStatistics: Sendable, Equatable, JSONEncodableRecord {
    public var window: Window
    public var sessions: Int
    /// Sessions of one event.
    public var bounces: Int
    /// Sessions with a purchase, and with something put into the cart.
    public var converted: Int
    public var carted: Int
    public var events: Int
    /// Pages and products looked at.
    public var views: Int
    public var totalDurationMillis: Int64
    public var longestMillis: Int64

    public func encode(to json: inout JSONWriter) {
        let count = Double(max(1, sessions))
        if window != .global { json.field("window_start", window.start) }
        json.field("sessions", sessions)
        json.field("single_event_sessions", bounces)
        json.field("sessions_with_purchase", converted)
        json.field("sessions_with_cart", carted)
        json.field("events", events)
        json.field("bounce_rate", Double(bounces) / count)
        json.field("conversion_rate", Double(converted) / count)
        json.field("mean_duration_ms", Double(totalDurationMillis) / count)
        json.field("mean_events", Double(events) / count)
        json.field("mean_depth", Double(views) / count)
        json.field("total_duration_ms", totalDurationMillis)
        json.field("max_duration_ms", longestMillis)
    }
}

/// Sums up the sessions that end in each window: bounces, conversions, duration, depth.
public func sessionStatistics(
    _ sessions: DataStream<ShopSession>, in window: WindowKind<ShopSession> = .tumbling(.hours(1)),
    name: String = "session-statistics"
) -> DataStream<SessionStatistics> {
    sessions
        .keyed(by: { _ in 0 })
        .window(window)
        .aggregate(
            .folding(
                into: SessionTotals(), add: { $1.add($0) },
                merge: { $1.merge($0) }),
            name: name
        )
        .map { total in
            let totals = total.value
            return SessionStatistics(
                window: total.window, sessions: totals.sessions, bounces: totals.bounces,
                converted: totals.converted, carted: totals.carted, events: totals.events,
                views: totals.views, totalDurationMillis: totals.durationMillis,
                longestMillis: totals.longestMillis)
        }
}

private struct SessionTotals: Sendable, BitwiseCopyable {
    var sessions = 0
    var bounces = 0
    var converted = 0
    var carted = 0
    var events = 0
    var views = 0
    var durationMillis: Int64 = 0
    var longestMillis: Int64 = 0

    mutating func add(_ session: ShopSession) {
        let millis = session.duration.wholeMillis
        merge(
            SessionTotals(
                sessions: 1, bounces: session.isBounce ? 1 : 0,
                converted: session.isConverted ? 1 : 0, carted: session.summary.carts > 0 ? 1 : 0,
                events: session.summary.events, views: session.summary.views,
                durationMillis: millis, longestMillis: millis))
    }

    mutating func merge(_ other: SessionTotals) {
        sessions += other.sessions
        bounces += other.bounces
        converted += other.converted
        carted += other.carted
        events += other.events
        views += other.views
        durationMillis += other.durationMillis
        longestMillis = max(longestMillis, other.longestMillis)
    }
}
