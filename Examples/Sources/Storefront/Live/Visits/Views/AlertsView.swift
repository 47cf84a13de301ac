public import Millrace

/// What was unusual, newest first.
public struct AlertsView: Sendable, Equatable, JSONEncodableRecord {
    public var alerts: [ShopAlert]

    public func encode(to json: inout JSONWriter) {
        json.field("alerts", alerts) { $0.object($1) }
    }
}

/// An alert with an id that stays the same when it is sent again.
public struct ShopAlert: Sendable, Equatable, JSONEncodableRecord {
    public var alert: Alert

    /// `<kind>-<start ms>`, and the subject behind it if there is one.
    public var id: String {
        let base = "\(alert.kind.rawValue)-\(alert.start.millis)"
        return alert.subject.isEmpty ? base : "\(base)-\(alert.subject)"
    }

    public func encode(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("kind", alert.kind.rawValue)
        json.field("start", alert.start)
        json.field("subject", alert.subject)
        json.field("value", alert.value)
        json.field("expected", alert.expected)
    }
}
