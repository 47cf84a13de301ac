public import Millrace

/// Why an event was refused: everything that is wrong with it, field by field.
public struct InvalidEvent: Error, Sendable, Hashable, Codable {
    public var fields: [FieldError]

    /// A field and what is wrong with it.
    public struct FieldError: Sendable, Hashable, Codable, JSONEncodableRecord {
        public var field: String
        public var problem: String

        public init(_ field: String, _ problem: String) {
            self.field = field
            self.problem = problem
        }

        public func encode(to json: inout JSONWriter) {
            json.field("field", field)
            json.field("problem", problem)
        }
    }

    public init(_ fields: [FieldError]) { self.fields = fields }
}

extension InvalidEvent: CustomStringConvertible {
    public var description: String {
        fields.map { "\($0.field) \($0.problem)" }.joined(separator: "; ")
    }
}
