/// The keyed state of an operator at one moment.
public struct StateSnapshot<Key: StreamKey, Value: Sendable>: Sendable {
    private let find: @Sendable (Key) -> Value?
    private let visit: @Sendable ((Key, Value) -> Void) -> Void
    /// How many keys there are.
    public let count: Int

    /// A view of a table's snapshot, each value turned into what readers see.
    @usableFromInline
    init<Stored: Sendable>(
        _ table: KeyTableSnapshot<Key, Stored>, _ show: @escaping @Sendable (Stored) -> Value?
    ) {
        count = table.count
        find = { key in table.value(for: key, hash: key.stableHash).flatMap(show) }
        visit = { body in
            table.forEach { key, stored in if let value = show(stored) { body(key, value) } }
        }
    }

    init(_ parts: [StateSnapshot]) {
        count = parts.reduce(0) { $0 + $1.count }
        find = { key in parts.lazy.compactMap { $0.find(key) }.first }
        visit = { body in for part in parts { part.visit(body) } }
    }

    /// The value of a key.
    public func get(_ key: Key) -> Value? { find(key) }

    /// Calls `body` with every key and its value, in no particular order.
    public func forEach(_ body: (Key, Value) -> Void) { visit(body) }
}
