/// A migration with the type that it begins with.
protocol MigrationStep<New> {
    associatedtype Old: Sendable
    associatedtype New

    /// How an old value becomes a new one.
    var convert: (Old) throws -> New { get }
}

extension MigrationStep {
    /// Whether the type stays, so that the step reads nothing that the type itself does not read.
    var isToItself: Bool { Old.self == New.self }

    /// Reads an old value and turns it into a new one.
    func reader(of stored: StateSchema) throws -> (inout StateReader) throws -> New {
        let codec = try StateCodec<Old>.automatic(stored: stored, ignoringVersion: true)
        let convert = convert
        return { try convert(codec.decode(&$0)) }
    }
}

extension StateCodec {
    /// The migration of values that had no version, where a whole was stored as memory with such a value
    /// in it. Read it with the whole of the step's old type.
    static var firstMigration: (any MigrationStep<Value>)? {
        func open<V: VersionedState>(_ type: V.Type) -> (any MigrationStep<Value>)? {
            let step = (V.migration(from: 1) as? StateMigration<Value>)?.step
            return step?.isToItself ?? true ? nil : step
        }
        return (Value.self as? any VersionedState.Type).flatMap { open($0) }
    }

    /// A codec that writes as `codec` does, and reads what `old` has written.
    static func migrating<Old>(
        from old: StateCodec<Old>, to codec: StateCodec,
        _ convert: @escaping (Old) throws -> Value
    ) -> StateCodec {
        StateCodec(
            schema: codec.schema, encode: codec.encode, decode: { try convert(old.decode(&$0)) },
            migrates: true)
    }
}
