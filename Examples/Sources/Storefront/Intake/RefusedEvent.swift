public import Millrace

/// An event that no topology saw, for the dead-letter stream.
public struct RefusedEvent: Sendable, JSONEncodableRecord {
    /// Why it was left out.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case invalid, duplicate, late
    }

    public var reason: Reason
    /// The event, if it is one.
    public var event: ShopEvent?
    /// What came in, if it is none or is not taken for one.
    public var input: String?
    /// What is wrong with its fields.
    public var errors: [InvalidEvent.FieldError] = []
    /// The file and line, or the place in the log, that it is from.
    public var place: String?

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
        if let refused = ((letter.error as? StreamError)?.cause ?? letter.error) as? RefusedInput {
            input = refused.text
            errors = refused.errors
            place = refused.place
        } else {
            event = letter.element as? ShopEvent
            input = letter.element as? String
            errors = InvalidEvent.FieldError.all(of: letter.error)
            place = (letter.error as? StreamError)?.place
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.field("reason", reason.rawValue)
        if let event { json.field("event", event) }
        if let input { json.field("input", input) }
        if !errors.isEmpty { json.field("errors", errors) { $0.object($1) } }
        if let place { json.field("place", place) }
    }
}
