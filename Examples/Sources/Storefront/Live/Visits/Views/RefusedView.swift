public import Millrace

/// What was left out, or late, and how often, newest first.
public struct RefusedView: Sendable, Equatable, JSONEncodableRecord {
    /// Counts of the last 30 hours.
    public var invalid: Int
    public var duplicate: Int
    public var late: Int
    public var letters: [RefusedLetter]

    public func encode(to json: inout JSONWriter) {
        json.field("counts", Counts(invalid: invalid, duplicate: duplicate, late: late))
        json.field("letters", letters) { $0.object($1) }
    }

    private struct Counts: JSONEncodableRecord {
        var invalid: Int
        var duplicate: Int
        var late: Int

        func encode(to json: inout JSONWriter) {
            json.field("invalid", invalid)
            json.field("duplicate", duplicate)
            json.field("late", late)
        }
    }
}

/// An event that was refused, or late.
public struct RefusedLetter: Sendable, Equatable, Codable, JSONEncodableRecord {
    /// When it came in, by the shop's clock.
    public var time: Timestamp
    public var reason: RefusedEvent.Reason
    /// The event, if it is one.
    public var event: ShopEvent?
    /// The beginning of what came in, if it is none or is not taken for one.
    public var input: String?
    public var errors: [InvalidEvent.FieldError]
    /// The file and line, or the place in the log, that it is from.
    public var place: String?

    public func encode(to json: inout JSONWriter) {
        json.field("time", time)
        json.field("reason", reason.rawValue)
        if let event { json.field("event", event) }
        if let input { json.field("input", input) }
        if !errors.isEmpty { json.field("errors", errors) { $0.object($1) } }
        if let place { json.field("place", place) }
    }
}
