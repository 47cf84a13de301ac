public import Millrace

/// What came in and is not taken for an event, and why.
///
/// The log keeps it as a record of its own kind, which no reader takes for an event: so it becomes a dead letter
/// as reliably as an event becomes a result, and keeps the reason that its sender was given.
public struct RefusedInput: Error, Sendable, Hashable {
    /// What is longer is cut.
    public static let textBytes = 16 << 10

    /// What came in, as it was if that is known; its beginning if it is long.
    public let text: String
    public let errors: [InvalidEvent.FieldError]
    /// The file and line that it is from.
    public let place: String?

    public init(_ text: String, _ errors: [InvalidEvent.FieldError], at place: String? = nil) {
        let bytes = text.utf8
        self.text =
            bytes.count > Self.textBytes
            ? String(decoding: bytes.prefix(Self.textBytes), as: UTF8.self) : text
        self.errors = errors
        self.place = place
    }

    /// An event that is one, and yet not taken for one.
    public init(_ event: ShopEvent, _ errors: [InvalidEvent.FieldError], at place: String?) {
        var json = JSONWriter()
        json.object(event)
        self.init(String(decoding: json.bytes, as: UTF8.self), errors, at: place)
    }

    public init(_ text: String, _ error: any Error) {
        self.init(
            text, InvalidEvent.FieldError.all(of: error), at: (error as? StreamError)?.place)
    }
}

extension RefusedInput: JSONEncodableRecord {
    public func encode(to json: inout JSONWriter) {
        json.field("refused", text)
        if !errors.isEmpty { json.field("errors", errors) { $0.object($1) } }
        if let place { json.field("place", place) }
    }
}

extension RefusedInput: JSONDecodableRecord {
    public init(from json: inout JSONReader) throws {
        var text: String?
        var errors: [InvalidEvent.FieldError] = []
        var place: String?
        while let field = try json.nextField() {
            switch field {
            case "refused": text = try json.string()
            case "errors":
                try json.array { errors.append(try $0.object(InvalidEvent.FieldError.self)) }
            case "place": place = try json.string()
            default: try json.skip()
            }
        }
        guard let text else { throw StreamError(.malformedInput, "'refused' is missing") }
        self.init(text, errors, at: place)
    }
}
