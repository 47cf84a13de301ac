import Testing

@testable import Millrace

/// A key table, and the dictionary that must hold the same.
struct ModelledKeyTable<Key: StreamKey, Value: Sendable & Equatable>: ~Copyable {
    typealias Snapshot = (KeyTableSnapshot<Key, Value>, [Key: Value])

    var table = KeyTable<Key, Value>()
    var model: [Key: Value] = [:]

    mutating func set(_ key: Key, _ value: Value) {
        table.update(key, hash: key.stableHash, default: value) { $0 = value }
        model[key] = value
    }

    mutating func remove(_ key: Key) {
        #expect(table.removeValue(for: key, hash: key.stableHash) == model[key])
        model[key] = nil
    }

    mutating func removeAll(where isDoomed: (Key) -> Bool) {
        table.removeAll { key, _ in isDoomed(key) }
        model = model.filter { !isDoomed($0.key) }
    }

    mutating func removeAll(keepingCapacity: Bool) {
        table.removeAll(keepingCapacity: keepingCapacity)
        model = [:]
    }

    /// Changes every value.
    mutating func changeAll(_ change: (Value) -> Value) {
        table.forEach { _, value in value = change(value) }
        model = model.mapValues(change)
    }

    mutating func snapshot() -> Snapshot { (table.snapshot(), model) }

    mutating func capture() -> Snapshot { (table.capture(), model) }

    func check() {
        let isSame = KeyTableModelTests.contents(of: table) == model
        #expect(isSame)
    }
}
