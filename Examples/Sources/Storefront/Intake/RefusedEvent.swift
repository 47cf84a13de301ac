public import Millrace

/// An event that no topology saw, for the dead-letter stream.
public struct RefusedEvent: Sendable, JSONEncodableRecord {
    /// Why it was left out.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case invalid, duplicate, late
    }

    public var reason: Reason
    /// The event, if it could be decoded.
    public var event: ShopEvent?
    /// What came in, if it could not.
    public var input: String?
    /// What is wrong with its fields.
    public var errors: [InvalidEvent.FieldError] = []

    init(late: LateElement<ShopEvent>) { self.init(late: late.element) }

    init(late event: ShopEvent) {
        reason = .late
        self.event = event
    }

    init(repeated: ShopEvent) {
        reason = .duplicate
        event = repeated
    }

    init(_ letter: DeadLetter) {
        reason = .invalid
        event = letter.element as? ShopEvent
        input = letter.element as? String
        let error = letter.error as? StreamError
        errors =
            (error?.cause as? InvalidEvent ?? letter.error as? InvalidEvent)?.fields
            ?? [InvalidEvent.FieldError("", error?.message ?? "\(letter.error)")]
    }

    public func encode(to json: inout JSONWriter) {
        json.field("reason", reason.rawValue)
        if let event { json.field("event", event) }
        if let input { json.field("input", input) }
        if !errors.isEmpty { json.field("errors", errors) { $0.object($1) } }
    }
}
