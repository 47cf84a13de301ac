public import Millrace
public import Topologies

/// A visit as it stands: still open, or over.
public struct SessionView: Sendable, Equatable, JSONEncodableRecord {
    public enum State: String, Sendable, CaseIterable { case open, closed }

    public var user: ID
    public var state: State
    public var start: Timestamp
    public var end: Timestamp
    public var events: Int
    /// Pages and products looked at.
    public var depth: Int
    public var carts: Int
    public var purchases: Int
    public var revenue: Money
    /// Whether an event came from a crawler, or said so.
    public var isBot: Bool
    public var device: DeviceClass
    /// The first and the last page, or product; empty if no event says where it was.
    public var entry: String
    public var exit: String

    /// `<user>-<start ms>`. It changes if an event that is older than the first one arrives.
    public var id: String { "\(user)-\(start.millis)" }
    /// From the first to the last event; zero for one event.
    public var duration: Duration { end - start }
    /// Whether it has, or was over after, one event.
    public var isBounce: Bool { events == 1 }
    public var isConverted: Bool { purchases > 0 }

    public func encode(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("user", user)
        json.field("state", state.rawValue)
        json.field("start", start)
        json.field("end", end)
        json.field("duration_ms", duration.wholeMillis)
        json.field("events", events)
        json.field("depth", depth)
        json.field("carts", carts)
        json.field("purchases", purchases)
        json.field("revenue", revenue.units)
        json.field("bounce", isBounce)
        json.field("converted", isConverted)
        json.field("bot", isBot)
        json.field("device", device.rawValue)
        json.field("entry", entry)
        json.field("exit", exit)
    }
}

/// A session with what was done in it.
public struct SessionDetail: Sendable, Equatable, JSONEncodableRecord {
    public var session: SessionView
    /// The last 100 steps in the order of their times.
    public var path: [EventType]

    public func encode(to json: inout JSONWriter) {
        session.encode(to: &json)
        json.field("path", path) { $0.value($1.label) }
    }
}

/// Which sessions to show.
public struct SessionFilter: Sendable, Equatable {
    public var user: ID?
    public var state: SessionView.State?
    /// Sessions that began in `from..<to`.
    public var from: Timestamp?
    public var to: Timestamp?
    /// From 1 to 1,000; what is outside is held there.
    public var limit: Int
    /// The ``SessionPage/next`` of the page before.
    public var cursor: String?

    public init(
        user: ID? = nil, state: SessionView.State? = nil, from: Timestamp? = nil,
        to: Timestamp? = nil, limit: Int = 50, cursor: String? = nil
    ) {
        self.user = user
        self.state = state
        self.from = from
        self.to = to
        self.limit = min(max(1, limit), 1000)
        self.cursor = cursor
    }
}

/// Sessions, those that began last first.
public struct SessionPage: Sendable, Equatable, JSONEncodableRecord {
    public var sessions: [SessionView]
    /// Where the next page begins; `nil` if this is the last one.
    public var next: String?

    public func encode(to json: inout JSONWriter) {
        json.field("sessions", sessions) { $0.object($1) }
        if let next {
            json.field("next", next)
        } else {
            // Not a number is written as null.
            json.field("next", Double.nan)
        }
    }
}
