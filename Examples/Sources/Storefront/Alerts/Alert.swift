public import Millrace

/// Something unusual.
public struct Alert: Sendable, Equatable, Codable, JSONEncodableRecord {
    public enum Kind: String, Sendable, Codable {
        /// More events than the windows before suggest.
        case trafficSpike = "traffic_spike"
        /// A user with more events than a person has.
        case heavyUser = "heavy_user"
        /// Fewer buyers among the users than in the windows before.
        case conversionDrop = "conversion_drop"
        /// A source that has sent nothing for a while.
        case silentSource = "silent_source"
    }

    public var kind: Kind
    /// When it was unusual; for a silent source, its last event.
    public var start: Timestamp
    /// The user, or the source; empty if it is about all events.
    public var subject = ""
    /// What was seen: events, a rate, or milliseconds of silence.
    public var value: Double
    /// What was to be expected.
    public var expected: Double

    public func encode(to json: inout JSONWriter) {
        json.field("kind", kind.rawValue)
        json.field("window_start", start)
        if !subject.isEmpty { json.field("subject", subject) }
        if let count = Int64(exactly: value) {
            json.field("value", count)
        } else {
            json.field("value", value)
        }
        json.field("expected", expected)
    }
}

/// Everything unusual as one stream.
public func alerts(
    _ events: DataStream<ShopEvent>, rules: AlertRules = AlertRules()
) -> DataStream<Alert> {
    trafficSpikes(events, rules)
        .union(
            heavyUsers(events, rules), conversionDrops(events, rules),
            silentSources(events, rules), name: "alerts")
}
