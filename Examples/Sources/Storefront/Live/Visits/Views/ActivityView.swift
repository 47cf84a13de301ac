public import Millrace

/// What goes on in the shop: events, active users, sessions, conversion and devices, as of one time.
public struct ActivityView: Sendable, Equatable, JSONEncodableRecord {
    /// The time of the newest event, or the one that was asked for; ``Timestamp/none`` before any event.
    public var asOf: Timestamp
    public var events: EventFigures
    /// Over 1, 5 and 15 minutes.
    public var activeUsers: [ActiveUsers]
    public var sessions: SessionFigures
    /// The last 60 minutes and the last 48 hours, oldest first, those without events included.
    public var minutes: [ConversionFigures]
    public var hours: [ConversionFigures]
    /// Of the last hour, most visits first.
    public var devices: [DeviceFigures]

    public func encode(to json: inout JSONWriter) {
        json.time("as_of", asOf)
        json.field("events", events)
        json.field("active_users", activeUsers) { $0.object($1) }
        json.field("sessions", sessions)
        json.field("conversion", ConversionSeries(minutes: minutes, hours: hours))
        json.field("devices", devices) { $0.object($1) }
    }

    private struct ConversionSeries: JSONEncodableRecord {
        var minutes: [ConversionFigures]
        var hours: [ConversionFigures]

        func encode(to json: inout JSONWriter) {
            json.field("minutes", minutes) { $0.object($1) }
            json.field("hours", hours) { $0.object($1) }
        }
    }
}

/// How many events there were in the last 30 hours of event time.
public struct EventFigures: Sendable, Equatable, JSONEncodableRecord {
    public var total = 0
    /// Over the last ten seconds of arrival.
    public var perSecond = 0.0
    /// Events behind the watermark; they are counted in `total` as well.
    public var late = 0
    /// Events that were left out: repeats, and what could not be understood.
    public var duplicates = 0
    public var invalid = 0
    /// Most frequent first.
    public var types: [NamedCount] = []
    public var categories: [NamedCount] = []
    public var queries: [NamedCount] = []

    public func encode(to json: inout JSONWriter) {
        json.field("total", total)
        json.field("per_second", perSecond)
        json.field("late", late)
        json.field("duplicates", duplicates)
        json.field("invalid", invalid)
        json.field("types", types) { $0.object($1.named("type")) }
        json.field("categories", categories) { $0.object($1.named("category")) }
        json.field("queries", queries) { $0.object($1.named("query")) }
    }
}

/// How often something occurred.
public struct NamedCount: Sendable, Equatable {
    public var name: String
    public var count: Int

    func named(_ field: StaticString) -> some JSONEncodableRecord {
        Row(field: field, name: name, count: count)
    }

    private struct Row: JSONEncodableRecord {
        var field: StaticString
        var name: String
        var count: Int

        func encode(to json: inout JSONWriter) {
            json.field(field, name)
            json.field("events", count)
        }
    }
}

/// How many different users, bots aside, had an event in the last minutes.
public struct ActiveUsers: Sendable, Equatable, JSONEncodableRecord {
    public var minutes: Int
    public var users: Int
    /// The same by HyperLogLog, with a standard error of 1.6 %, in slices of ten seconds.
    public var approximate: Int

    public func encode(to json: inout JSONWriter) {
        json.field("minutes", minutes)
        json.field("users", users)
        json.field("approximate", approximate)
    }
}

/// How many sessions are open, and what those have in common that were over in the last 24 hours; without
/// those of bots.
public struct SessionFigures: Sendable, Equatable, JSONEncodableRecord {
    public var open = 0
    public var closed = 0
    /// Sessions of one event, and sessions with a purchase, among those closed.
    public var bounceRate = 0.0
    public var conversionRate = 0.0
    public var meanDuration = Duration.zero
    /// Pages and products looked at per session.
    public var meanDepth = 0.0

    public func encode(to json: inout JSONWriter) {
        json.field("open", open)
        json.field("closed", closed)
        json.field("bounce_rate", bounceRate)
        json.field("conversion_rate", conversionRate)
        json.field("mean_duration_ms", meanDuration.wholeMillis)
        json.field("mean_depth", meanDepth)
    }
}

/// What was looked at, put into carts and bought in a minute or an hour.
public struct ConversionFigures: Sendable, Equatable, JSONEncodableRecord {
    public var start: Timestamp
    public var events = 0
    public var views = 0
    public var carts = 0
    /// What is given away is not sold.
    public var purchases = 0
    public var revenue = Money.zero
    /// Different users who bought, and who had any event; without bots.
    public var buyers = 0
    public var users = 0

    /// Buyers among the users; zero without users.
    public var rate: Double { users == 0 ? 0 : Double(buyers) / Double(users) }

    public func encode(to json: inout JSONWriter) {
        json.field("start", start)
        json.field("events", events)
        json.field("views", views)
        json.field("carts", carts)
        json.field("purchases", purchases)
        json.field("revenue", revenue.units)
        json.field("buyers", buyers)
        json.field("users", users)
        json.field("rate", rate)
    }
}

/// Visits from one kind of device and operating system.
public struct DeviceFigures: Sendable, Equatable, JSONEncodableRecord {
    public var device: DeviceClass
    public var system: String
    /// Events, and different users, of the last hour.
    public var visits: Int
    public var users: Int

    public func encode(to json: inout JSONWriter) {
        json.field("device", device.rawValue)
        json.field("os", system)
        json.field("visits", visits)
        json.field("users", users)
    }
}

extension Money {
    /// The amount in the currency's unit, for JSON.
    var units: Double { Double(thousandths) / 1000 }
}
