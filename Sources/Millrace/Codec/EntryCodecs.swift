/// The codecs of a key table's keys and values, each for itself: keys and values of one type may become
/// different types later.
final class EntryCodecs<Key: StreamKey, Value: Sendable> {
    let key: StateCodec<Key>
    let value: StateCodec<Value>

    /// - Parameter stored: The schema that is to be read, or `nil` to write.
    init(stored: StateSchema?) throws {
        key = try .automatic(stored: .part(0, of: stored))
        value = try .automatic(stored: .part(1, of: stored))
    }

    /// Whether a slot's bytes can be stored as they are.
    var areMemory: Bool { key.isMemory && value.isMemory }

    static var typeName: String { "KeyTable<\(Key.self), \(Value.self)>" }

    var schema: StateSchema {
        StateSchema(
            typeName: Self.typeName, form: .composite, version: 1, layout: "table",
            parts: [key.schema, value.schema])
    }
}

extension StateWriter {
    /// The codecs of a table's entries, noted in the schema.
    func entryCodecs<Key: StreamKey, Value: Sendable>(
        _ key: Key.Type, _ value: Value.Type
    ) throws -> EntryCodecs<Key, Value> { try codecs.entryCodecs { _ in nil } }
}

extension StateReader {
    /// The codecs of a table's entries for what was stored.
    func entryCodecs<Key: StreamKey, Value: Sendable>(
        _ key: Key.Type, _ value: Value.Type
    ) throws -> EntryCodecs<Key, Value> {
        try codecs.entryCodecs { codecs in
            guard let schema = codecs.claim(EntryCodecs<Key, Value>.typeName) else {
                throw Self.damaged("a schema")
            }
            return schema
        }
    }
}
