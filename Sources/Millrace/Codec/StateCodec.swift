/// How values of one type become bytes and come back. A class, because it is looked up for every value that
/// is part of another.
@usableFromInline
final class StateCodec<Value> {
    let schema: StateSchema
    let encode: (Value, inout StateWriter) throws -> Void
    let decode: (inout StateReader) throws -> Value
    /// Whether ``decode`` reads another type than ``encode`` writes.
    let migrates: Bool

    init(
        schema: StateSchema, encode: @escaping (Value, inout StateWriter) throws -> Void,
        decode: @escaping (inout StateReader) throws -> Value, migrates: Bool = false
    ) {
        self.schema = schema
        self.encode = encode
        self.decode = decode
        self.migrates = migrates
    }

    /// Whether values are stored as memory, and read as they were stored.
    var isMemory: Bool { schema.form == .memory && !migrates }
}

extension StateCodec {
    /// The codec of `Value`, chosen as ``StateCodable`` says.
    ///
    /// - Parameters:
    ///   - stored: The schema of what is to be read; without one, the codec only writes.
    ///   - ignoringVersion: Whether the stored version may be any, because a migration asks.
    /// - Throws: ``StreamError`` with code `incompatibleState`.
    static func automatic(
        stored: StateSchema? = nil, ignoringVersion: Bool = false
    ) throws -> StateCodec {
        let codec: StateCodec
        if let custom = Value.self as? any StateCodable.Type {
            codec = try made(custom)
        } else if let composite = Value.self as? any CompositeState.Type,
            !_isPOD(Value.self) || MemoryDescription.holdsVersions(Value.self)
        {
            // Parts that have versions are stored as parts, so that they can be migrated. Before they had
            // versions, the whole was stored as memory.
            if let stored, stored.form == .memory, _isPOD(Value.self),
                memory().schema.matches(stored)
            {
                return try .migrating(from: memory(), to: made(composite, stored: nil)) { $0 }
            }
            return try made(composite, stored: stored)
        } else if _isPOD(Value.self) {
            codec = memory()
        } else if let codable = Value.self as? any Codable.Type {
            codec = try made(codable)
        } else {
            throw StreamError(
                .incompatibleState,
                "values of type \(Value.self) cannot be stored: conform the type to Codable or to "
                    + "StateCodable")
        }
        return try codec.checked(stored: stored, ignoringVersion: ignoringVersion)
    }

    /// This codec if it reads what was stored, or one that migrates it.
    private func checked(stored: StateSchema?, ignoringVersion: Bool) throws -> StateCodec {
        guard var stored, !schema.matches(stored) else { return self }
        if ignoringVersion {
            stored.version = schema.version
            if schema.matches(stored) { return self }
        } else if let versioned = Value.self as? any VersionedState.Type,
            let migrating = try migrating(versioned, stored: stored)
        {
            return migrating
        }
        throw Self.mismatch(stored: stored, expected: schema)
    }

    private func migrating<V: VersionedState>(
        _ type: V.Type, stored: StateSchema
    ) throws -> StateCodec? {
        guard let migration = V.migration(from: stored.version) as? StateMigration<Value> else {
            return nil
        }
        let read = try migration.step.reader(of: stored)
        return StateCodec(schema: schema, encode: encode, decode: { try read(&$0) }, migrates: true)
    }

    static func mismatch(stored: StateSchema, expected: StateSchema) -> StreamError {
        StreamError(
            .incompatibleState,
            "the stored state is \(stored), the topology expects \(expected); if a type of yours has changed, "
                + "raise its stateVersion and give it a migration")
    }

    static func version(of type: Value.Type) -> Int {
        (type as? any VersionedState.Type)?.stateVersion ?? 1
    }

    // MARK: - The ways

    private static func made<C: CompositeState>(
        _ type: C.Type, stored: StateSchema?
    ) throws -> StateCodec {
        guard let codec = try C.makeCodec(stored: stored) as? StateCodec else {
            preconditionFailure("\(type) is \(Value.self)")
        }
        return codec
    }

    private static func made<C: StateCodable>(_ type: C.Type) throws -> StateCodec {
        let codec = StateCodec<C>(
            schema: StateSchema(
                typeName: "\(C.self)", form: .custom, version: C.stateVersion, layout: ""),
            encode: { try $0.encode(to: &$1) }, decode: { try C(from: &$0) })
        guard let codec = codec as? StateCodec else {
            preconditionFailure("\(type) is \(Value.self)")
        }
        return codec
    }

    private static func made<C: Codable>(_ type: C.Type) throws -> StateCodec {
        let codec = StateCodec<C>(
            schema: StateSchema(
                typeName: "\(C.self)", form: .codable, version: StateCodec<C>.version(of: C.self),
                layout: ""),
            encode: { try CodedValue(encoding: $0).write(to: &$1) },
            decode: { try CodedValue(from: &$0).decode(C.self) })
        guard let codec = codec as? StateCodec else {
            preconditionFailure("\(type) is \(Value.self)")
        }
        return codec
    }

    private static func memory() -> StateCodec {
        StateCodec(
            schema: StateSchema(
                typeName: "\(Value.self)", form: .memory, version: version(of: Value.self),
                layout: MemoryDescription.layout(of: Value.self)),
            encode: { value, writer in
                withUnsafeBytes(of: value) { writer.write(rawBytes: $0) }
                // Like the elements of an array.
                for _ in MemoryLayout<Value>.size..<MemoryLayout<Value>.stride {
                    writer.write(0 as UInt8)
                }
            },
            decode: { reader in
                try reader.withRawBytes(MemoryLayout<Value>.stride) { raw in
                    // Safety: the type is trivial, and the schema says that a value of the same layout was
                    // stored here.
                    raw.loadTrivial(as: Value.self)
                }
            })
    }
}

extension UnsafeRawBufferPointer {
    /// A trivial value from bytes at any alignment.
    func loadTrivial<Value>(as type: Value.Type) -> Value {
        // Safety: the callers have checked that the type is trivial and that there are enough bytes.
        withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { value in
            UnsafeMutableRawBufferPointer(value).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: prefix(MemoryLayout<Value>.size)))
            return value[0]
        }
    }
}
