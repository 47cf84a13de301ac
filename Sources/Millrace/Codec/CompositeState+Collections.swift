extension StateCodec {
    /// A codec made of the codecs of parts.
    ///
    /// - Parameter kind: What the composite is, the same in all releases.
    static func composite(
        _ kind: String, stored: StateSchema?, parts: [StateSchema],
        encode: @escaping (Value, inout StateWriter) throws -> Void,
        decode: @escaping (inout StateReader) throws -> Value
    ) throws -> StateCodec {
        let schema = StateSchema(
            typeName: "\(Value.self)", form: .composite, version: 1, layout: kind, parts: parts)
        if let stored, !schema.matches(stored) || stored.parts.count != parts.count {
            throw mismatch(stored: stored, expected: schema)
        }
        return StateCodec(schema: schema, encode: encode, decode: decode)
    }
}

extension StateSchema {
    /// The stored schema of a composite's part; `nil` if nothing is to be read.
    static func part(_ index: Int, of stored: StateSchema?) throws -> StateSchema? {
        guard let stored else { return nil }
        guard stored.parts.indices.contains(index) else {
            throw StreamError(
                .incompatibleState,
                "the stored state is \(stored), the topology expects something else")
        }
        return stored.parts[index]
    }
}

extension String: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<String> {
        try .composite(
            "text", stored: stored, parts: [], encode: { $1.write($0) },
            decode: { try $0.read(String.self) })
    }
}

extension Optional: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Wrapped?> {
        if let stored, stored.form == .memory, let step = StateCodec<Wrapped>.firstMigration {
            return try migrating(stored, by: step)
        }
        let wrapped = try StateCodec<Wrapped>.automatic(stored: .part(0, of: stored))
        return try .composite(
            "optional", stored: stored, parts: [wrapped.schema],
            encode: { value, writer in
                writer.write(value != nil)
                if let value { try wrapped.encode(value, &writer) }
            },
            decode: { try $0.read(Bool.self) ? wrapped.decode(&$0) : nil })
    }

    private static func migrating<Step: MigrationStep<Wrapped>>(
        _ stored: StateSchema, by step: Step
    ) throws -> StateCodec<Wrapped?> {
        let old = try StateCodec<Step.Old?>.automatic(stored: stored, ignoringVersion: true)
        return try .migrating(from: old, to: makeCodec(stored: nil)) { try $0.map(step.convert) }
    }
}

extension StateCodec {
    /// Writes and reads a run of elements.
    static func sequence<Element>(
        _ kind: String, stored: StateSchema?, of type: Element.Type,
        elements: @escaping (Value) -> [Element],
        make: @escaping ([Element]) -> Value
    ) throws -> StateCodec {
        let element = try StateCodec<Element>.automatic(stored: .part(0, of: stored))
        return try .composite(
            kind, stored: stored, parts: [element.schema],
            encode: { value, writer in
                let elements = elements(value)
                writer.write(count: elements.count)
                if element.isMemory {
                    elements.withUnsafeBytes { writer.write(rawBytes: $0) }
                } else {
                    let start = writer.bytes.count
                    for part in elements { try element.encode(part, &writer) }
                    writer.pad(to: start + elements.count)
                }
            },
            decode: { reader in
                if element.isMemory {
                    return make(try reader.readTrivial(Element.self))
                }
                let count = try reader.readCount(ofSize: 1)
                // The storage of all empty arrays is one, which making one this way writes to.
                if count == 0 { return make([]) }
                let start = reader.offset
                let elements = try [Element](unsafeUninitializedCapacity: count) { buffer, made in
                    while made < count {
                        // Safety: the array has room for `count` elements, and owns the first `made`.
                        buffer.initializeElement(at: made, to: try element.decode(&reader))
                        made += 1
                    }
                }
                try reader.skipPadding(to: start + count)
                return make(elements)
            })
    }
}

extension Array: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<[Element]> {
        try .sequence("array", stored: stored, of: Element.self, elements: { $0 }, make: { $0 })
    }
}

extension ContiguousArray: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<ContiguousArray<Element>> {
        try .sequence(
            "array", stored: stored, of: Element.self, elements: { Array($0) },
            make: { ContiguousArray($0) })
    }
}

extension Set: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Set<Element>> {
        try .sequence(
            "set", stored: stored, of: Element.self, elements: { Array($0) }, make: { Set($0) })
    }
}

extension Dictionary: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<[Key: Value]> {
        let key = try StateCodec<Key>.automatic(stored: .part(0, of: stored))
        let value = try StateCodec<Value>.automatic(stored: .part(1, of: stored))
        return try .composite(
            "dictionary", stored: stored, parts: [key.schema, value.schema],
            encode: { entries, writer in
                writer.write(count: entries.count)
                let start = writer.bytes.count
                for entry in entries {
                    try key.encode(entry.key, &writer)
                    try value.encode(entry.value, &writer)
                }
                writer.pad(to: start + entries.count)
            },
            decode: { reader in
                let count = try reader.readCount(ofSize: 1)
                let start = reader.offset
                var entries = [Key: Value](minimumCapacity: count)
                for _ in 0..<count {
                    let name = try key.decode(&reader)
                    entries.updateValue(try value.decode(&reader), forKey: name)
                }
                try reader.skipPadding(to: start + count)
                return entries
            })
    }
}
