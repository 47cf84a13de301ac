/// What a `Codable` value looks like between its type and its bytes.
///
/// Fields are stored by name, so a type may get a new optional field, or lose one, without a new version.
enum CodedValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case double(Double)
    case text(String)
    case array([CodedValue])
    case record([String: CodedValue])

    /// - Throws: What the value's `encode(to:)` throws.
    init(encoding value: some Encodable) throws {
        let node = CodedNode(path: [])
        try node.encode(value)
        self = node.value
    }

    /// - Throws: `DecodingError` as a ``StreamError`` with code `incompatibleState`.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try CodedReader(value: self, codingPath: []).decode(type)
        } catch let error as DecodingError {
            throw StreamError(
                .incompatibleState,
                "stored state cannot be decoded as \(type); raise the type's stateVersion and give it "
                    + "a migration", cause: error)
        }
    }
}

extension CodedValue {
    private enum Tag: UInt8 { case null, no, yes, integer, unsigned, double, text, array, record }

    /// How many values may be inside of each other. Reading is recursive, so damaged bytes must not go deeper.
    private static var maximumDepth: Int { 256 }

    /// - Throws: ``StreamError`` with code `incompatibleState` if the value is too deep to be read back.
    func write(to writer: inout StateWriter, depth: Int = 0) throws {
        guard depth < Self.maximumDepth else {
            throw StreamError(
                .incompatibleState,
                "state by Codable may be \(Self.maximumDepth) values deep; flatten it, or conform the type "
                    + "to StateCodable")
        }
        switch self {
        case .null: writer.write(Tag.null.rawValue)
        case .bool(let flag): writer.write((flag ? Tag.yes : Tag.no).rawValue)
        case .integer(let number):
            writer.write(Tag.integer.rawValue)
            writer.write(number)
        case .unsigned(let number):
            writer.write(Tag.unsigned.rawValue)
            writer.write(number)
        case .double(let number):
            writer.write(Tag.double.rawValue)
            writer.write(number)
        case .text(let text):
            writer.write(Tag.text.rawValue)
            writer.write(text)
        case .array(let elements):
            writer.write(Tag.array.rawValue)
            writer.write(count: elements.count)
            for element in elements { try element.write(to: &writer, depth: depth + 1) }
        case .record(let fields):
            writer.write(Tag.record.rawValue)
            writer.write(count: fields.count)
            for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
                writer.write(name)
                try value.write(to: &writer, depth: depth + 1)
            }
        }
    }

    init(from reader: inout StateReader, depth: Int = 0) throws {
        guard depth < Self.maximumDepth, let tag = Tag(rawValue: try reader.read(UInt8.self)) else {
            throw StateReader.damaged("a value")
        }
        switch tag {
        case .null: self = .null
        case .no: self = .bool(false)
        case .yes: self = .bool(true)
        case .integer: self = .integer(try reader.read(Int64.self))
        case .unsigned: self = .unsigned(try reader.read(UInt64.self))
        case .double: self = .double(try reader.read(Double.self))
        case .text: self = .text(try reader.read(String.self))
        case .array:
            var elements: [CodedValue] = []
            for _ in 0..<(try reader.readCount(ofSize: 1)) {
                elements.append(try CodedValue(from: &reader, depth: depth + 1))
            }
            self = .array(elements)
        case .record:
            var fields: [String: CodedValue] = [:]
            for _ in 0..<(try reader.readCount(ofSize: 2)) {
                let name = try reader.read(String.self)
                fields[name] = try CodedValue(from: &reader, depth: depth + 1)
            }
            self = .record(fields)
        }
    }
}
