/// The codecs that a writer or reader has been asked for, and the schemas of what is stored.
final class CodecList {
    /// By type. There are few, so that to look at all is faster than to hash.
    private var codecs: [(type: ObjectIdentifier, codec: AnyObject)] = []
    /// The schemas of the codecs, in the order of their first use.
    private(set) var schemas: [StateSchema] = []
    /// What was stored and has not been asked for.
    private var stored: [StateSchema]

    init(stored: [StateSchema] = []) { self.stored = stored }

    /// The codec of a type, made when it is asked for first.
    func codec<Value>(
        for type: Value.Type, stored: (CodecList) throws -> StateSchema?
    ) throws -> StateCodec<Value> {
        let id = ObjectIdentifier(Value.self)
        // Safety: `codecs` holds codecs of values by their values' types, and of entries by their own.
        if let known = known(id) { return unsafeDowncast(known, to: StateCodec<Value>.self) }
        let codec = try StateCodec<Value>.automatic(stored: stored(self))
        codecs.append((id, codec))
        schemas.append(codec.schema)
        return codec
    }

    private func known(_ type: ObjectIdentifier) -> AnyObject? {
        codecs.first { $0.type == type }?.codec
    }

    /// The codecs of a table's entries, made when they are asked for first.
    func entryCodecs<Key, Value>(
        stored: (CodecList) throws -> StateSchema?
    ) throws -> EntryCodecs<Key, Value> {
        let id = ObjectIdentifier(EntryCodecs<Key, Value>.self)
        // Safety: as above.
        if let known = known(id) { return unsafeDowncast(known, to: EntryCodecs<Key, Value>.self) }
        let made = try EntryCodecs<Key, Value>(stored: stored(self))
        codecs.append((id, made))
        schemas.append(made.schema)
        return made
    }

    /// The stored schema of a type: the one of its name, or if it was renamed the next one.
    func claim(_ typeName: String) -> StateSchema? {
        let index = stored.firstIndex { $0.typeName == typeName } ?? stored.indices.first
        return index.map { stored.remove(at: $0) }
    }
}
