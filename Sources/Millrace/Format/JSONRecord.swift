/// A record that can be read from a JSON object.
///
/// ```swift
/// struct Click: JSONDecodableRecord {
///     var user = 0
///     var page = ""
///     var time = Timestamp.none
///
///     init(from json: inout JSONReader) throws {
///         while let field = try json.nextField() {
///             switch field {
///             case "user": user = try json.integer()
///             case "page": page = try json.string()
///             case "time": time = try json.timestamp()
///             default: try json.skip()
///             }
///         }
///     }
/// }
/// ```
/// Fields come in any order; what the loop does not read must be skipped. A record checks for itself that
/// nothing is missing.
public protocol JSONDecodableRecord: Sendable {
    /// Reads the record's fields.
    /// - Throws: ``StreamError`` with code `malformedInput`, naming column and field.
    init(from json: inout JSONReader) throws
}

/// A record that can be written as a JSON object.
public protocol JSONEncodableRecord: Sendable {
    /// Writes the record's fields.
    func encode(to json: inout JSONWriter)
}

/// A record that can be read from a JSON object and written as one.
public typealias JSONRecord = JSONDecodableRecord & JSONEncodableRecord
