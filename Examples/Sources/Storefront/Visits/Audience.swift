public import Millrace
import Topologies

/// How many different users a window has.
public struct Audience: Sendable, Equatable, JSONEncodableRecord {
    public var window: Window
    public var users: Int

    public func encode(to json: inout JSONWriter) {
        json.field("window_start", window.start)
        json.field("window_end", window.end)
        json.field("users", users)
    }
}

/// The windows in which active users are usually counted.
public enum AudienceWindow: String, CaseIterable, Sendable {
    case minute = "tumbling_1m"
    case fiveMinutes = "tumbling_5m"
    case quarter = "tumbling_15m"
    case slidingMinute = "sliding_1m_by_10s"
    case slidingFiveMinutes = "sliding_5m_by_1m"
    case slidingQuarter = "sliding_15m_by_1m"

    public var kind: WindowKind<ShopEvent> {
        switch self {
        case .minute: .tumbling(.minutes(1))
        case .fiveMinutes: .tumbling(.minutes(5))
        case .quarter: .tumbling(.minutes(15))
        case .slidingMinute: .sliding(size: .minutes(1), every: .seconds(10))
        case .slidingFiveMinutes: .sliding(size: .minutes(5), every: .minutes(1))
        case .slidingQuarter: .sliding(size: .minutes(15), every: .minutes(1))
        }
    }
}

/// Counts the active users of each window exactly: one entry per user and window, then the number of those.
public func audience(
    _ events: DataStream<ShopEvent>, in window: AudienceWindow
) -> DataStream<Audience> {
    events
        .keyed(by: { $0.user })
        .window(window.kind)
        .aggregate(.count(), name: "events-per-user-\(window.rawValue)")
        .acrossKeys(.count(), name: "active-users-\(window.rawValue)")
        .map { Audience(window: $0.window, users: $0.value) }
}

/// Counts the active users of each window with a sketch: memory that does not grow with the users, and a
/// standard error of 1.04 / √2^precision, 1.6 % by default.
public func approximateAudience(
    _ events: DataStream<ShopEvent>, in window: AudienceWindow, precision: Int = 12
) -> DataStream<Audience> {
    events
        .keyed(by: { _ in 0 })
        .window(window.kind)
        .aggregate(
            .approximateDistinctCount({ $0.user }, precision: precision),
            name: "active-users-approximately-\(window.rawValue)"
        )
        .map { Audience(window: $0.window, users: $0.value) }
}
