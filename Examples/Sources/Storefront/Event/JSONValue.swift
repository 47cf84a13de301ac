import Millrace

/// Any JSON value: what an event carries beyond the fields that are known.
public enum JSONValue: Sendable, Hashable, Codable {
    case null
    case bool(Bool)
    /// A number as it was written, so that nothing is rounded.
    case number(String)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The text of a string or number.
    public var text: String? {
        switch self {
        case .text(let text), .number(let text): text
        default: nil
        }
    }

    /// Reads whatever value comes next.
    init(from json: inout JSONReader) throws {
        let before = json
        if try json.readNull() {
            self = .null
        } else if let text = try? json.string() {
            self = .text(text)
        } else if let number = try? json.numberText() {
            self = .number(number.string)
        } else if let bool = try? json.bool() {
            self = .bool(bool)
        } else if let object = try Self.object(&json, before) {
            self = object
        } else {
            json = before
            var elements: [JSONValue] = []
            try json.array { elements.append(try JSONValue(from: &$0)) }
            self = .array(elements)
        }
    }

    private static func object(
        _ json: inout JSONReader, _ before: JSONReader
    ) throws -> JSONValue? {
        json = before
        guard let members = try? json.object(Members.self) else { return nil }
        return .object(members.values)
    }

    /// The members of an object of any names.
    struct Members: JSONDecodableRecord {
        var values: [String: JSONValue] = [:]

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                let name = field.string
                values[name] = try JSONValue(from: &json)
            }
        }
    }
}

extension JSONValue {
    /// Writes the value, the members of objects by their names: the same value is the same text.
    func write(to json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .bool(let value): json.value(value)
        case .number(let text): json.number(text)
        case .text(let text): json.value(text)
        case .array(let values): json.array(values) { $1.write(to: &$0) }
        case .object(let members):
            json.object { json in
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    json.field(named: name) { value.write(to: &$0) }
                }
            }
        }
    }
}

extension JSONValue {
    /// A hash that is the same in every process. The order of an object's members does not matter.
    var stableHash: UInt64 {
        switch self {
        case .null: UInt64(1).stableHash
        case .bool(let value): value.stableHash.combining(2)
        case .number(let text): text.stableHash.combining(3)
        case .text(let text): text.stableHash.combining(4)
        case .array(let values): values.reduce(5) { $0.combining($1.stableHash) }
        case .object(let members):
            members.reduce(6) { $0 &+ $1.key.stableHash.combining($1.value.stableHash) }
        }
    }
}
