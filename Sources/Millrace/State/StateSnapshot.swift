/// The keyed state of an operator at one moment.
public struct StateSnapshot<Key: StreamKey, Value: Sendable>: Sendable {
    private let find: @Sendable (Key) -> Value?
    private let visit: @Sendable ((Key, Value) -> Void) -> Void
    private let counting: @Sendable () -> Int

    /// A view of a table's snapshot, each entry turned into what readers see.
    @usableFromInline
    init<Stored: Sendable>(
        _ table: KeyTableSnapshot<Key, Stored>,
        _ show: @escaping @Sendable (Key, Stored) -> Value?
    ) {
        find = { key in
            table.value(for: key, hash: key.stableHash).flatMap { show(key, $0) }
        }
        visit = { body in
            table.forEach { key, stored in if let value = show(key, stored) { body(key, value) } }
        }
        counting = { table.count }
    }

    @usableFromInline
    init(
        find: @escaping @Sendable (Key) -> Value?,
        visit: @escaping @Sendable ((Key, Value) -> Void) -> Void,
        counting: @escaping @Sendable () -> Int
    ) {
        self.find = find
        self.visit = visit
        self.counting = counting
    }

    /// The states of an operator's instances as one.
    init(readableStates states: [any Sendable], of name: String, in graph: LogicalGraph) throws {
        guard graph.nodes.contains(where: { $0.name == name && $0.isStateful }) else {
            let names = graph.nodes.filter(\.isStateful).map(\.name).joined(separator: ", ")
            throw StreamError(
                .incompatibleState, "no operator of this name has state; those that have: \(names)",
                operatorName: name)
        }
        let parts = try states.map { state in
            guard let part = state as? StateSnapshot else {
                throw StreamError(
                    .incompatibleState,
                    "the state is not one of \(Key.self) to \(Value.self) but a \(type(of: state))",
                    operatorName: name)
            }
            return part
        }
        if parts.count == 1 {
            self = parts[0]
            return
        }
        self.init(
            find: { key in
                for part in parts { if let value = part.find(key) { return value } }
                return nil
            },
            visit: { body in for part in parts { part.visit(body) } },
            counting: { parts.reduce(0) { $0 + $1.count } })
    }

    /// How many keys there are.
    /// - Complexity: O(1), but O(keys) for windows that overlap.
    public var count: Int { counting() }

    /// The value of a key.
    public func get(_ key: Key) -> Value? { find(key) }

    /// Calls `body` with every key and its value, in no particular order.
    public func forEach(_ body: (Key, Value) -> Void) { visit(body) }
}
