public import Millrace

/// Why an event was refused: everything that is wrong with it, field by field.
public struct InvalidEvent: Error, Sendable, Hashable, Codable {
    public var fields: [FieldError]

    /// A field and what is wrong with it.
    public struct FieldError: Sendable, Hashable, Codable {
        public var field: String
        public var problem: String

        public init(_ field: String, _ problem: String) {
            self.field = field
            self.problem = problem
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
        self.init("", "")
        while let name = try json.nextField() {
            switch name {
            case "field": field = try json.string()
            case "problem": problem = try json.string()
            default: try json.skip()
            }
        }
    }
}
