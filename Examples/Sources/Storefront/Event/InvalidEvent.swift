public import Millrace

/// Why an event was refused: everything that is wrong with it, field by field.
public struct InvalidEvent: Error, Sendable, Hashable, Codable {
    public var fields: [FieldError]

    /// A field and what is wrong with it.
    public struct FieldError: Sendable, Hashable, Codable {
        /// What is longer loses its middle: problems repeat what a sender wrote, which may be long, and are kept in
        /// the log, in state and in the archive.
        public static let textBytes = 256

        public let field: String
        public let problem: String

        public init(_ field: String, _ problem: String) {
            self.field = Self.shortened(field)
            self.problem = Self.shortened(problem)
        }

        private static func shortened(_ text: String) -> String {
            let bytes = text.utf8
            if bytes.count <= textBytes { return text }
            // The end has what is wrong with it. A character that is cut in two becomes one of three bytes.
            let part = (textBytes - 16) / 2
            return String(decoding: bytes.prefix(part), as: UTF8.self) + " … "
                + String(decoding: bytes.suffix(part), as: UTF8.self)
        }

        /// What an error says of an event's fields; of the event as a whole, the field is empty.
        public static func all(of error: any Error) -> [FieldError] {
            let stream = error as? StreamError
            if let invalid = (stream?.cause ?? error) as? InvalidEvent { return invalid.fields }
            return [FieldError("", stream?.message ?? "\(error)")]
        }
    }

    public init(_ fields: [FieldError]) { self.fields = fields }
}

extension InvalidEvent: CustomStringConvertible {
    public var description: String {
        fields.map { "\($0.field) \($0.problem)" }.joined(separator: "; ")
    }
}

extension InvalidEvent.FieldError: JSONEncodableRecord, JSONDecodableRecord {
    public func encode(to json: inout JSONWriter) {
        json.field("field", field)
        json.field("problem", problem)
    }

    public init(from json: inout JSONReader) throws {
        var (field, problem) = ("", "")
        while let name = try json.nextField() {
            switch name {
            case "field": field = try json.string()
            case "problem": problem = try json.string()
            default: try json.skip()
            }
        }
        self.init(field, problem)
    }
}
