/// How values of a type are stored: what a checkpoint notes, and what is compared before it is read.
public struct StateSchema: Sendable, Hashable {
    /// The ways in which values are stored.
    public enum Form: String, Sendable {
        /// The value's memory; ``layout`` says what is where.
        case memory
        /// By the type's `Codable` conformance.
        case codable
        /// By the type's ``StateCodable`` conformance.
        case custom
        /// Parts of other types, one after the other.
        case composite
    }

    /// The type's name when it was stored, for messages. Types may be renamed.
    public var typeName: String
    public var form: Form
    /// The version of a ``VersionedState``; 1 for other types.
    public var version: Int
    /// The fields and sizes of a value that is stored as memory, or the kind of a composite.
    public var layout: String
    /// The schemas of a composite's parts.
    public var parts: [StateSchema] = []

    /// Whether what was stored by `other` can be read by this.
    func matches(_ other: StateSchema) -> Bool {
        form == other.form && version == other.version && layout == other.layout
    }
}

extension StateSchema: CustomStringConvertible {
    public var description: String {
        var text = typeName
        if version != 1 { text += " version \(version)" }
        switch form {
        case .memory: text += " as memory \(layout)"
        case .codable: text += " by Codable"
        case .custom: text += " by its own codec"
        case .composite: text += parts.isEmpty ? "" : " of \(parts.map(\.description))"
        }
        return text
    }
}

extension StateSchema {
    func write(to writer: inout StateWriter) {
        writer.write(typeName)
        writer.write(form.rawValue)
        writer.write(count: version)
        writer.write(layout)
        writer.write(count: parts.count)
        for part in parts { part.write(to: &writer) }
    }

    init(from reader: inout StateReader, depth: Int = 0) throws {
        typeName = try reader.read(String.self)
        guard depth < 32, let form = Form(rawValue: try reader.read(String.self)) else {
            throw StateReader.damaged("a schema")
        }
        self.form = form
        version = try reader.readCount()
        layout = try reader.read(String.self)
        for _ in 0..<(try reader.readCount(ofSize: 4)) {
            parts.append(try StateSchema(from: &reader, depth: depth + 1))
        }
    }
}
