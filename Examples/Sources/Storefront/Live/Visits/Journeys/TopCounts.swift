import Millrace

/// How often each of many values occurs: exactly for up to `capacity` of them. When there are twice as many, the
/// less frequent half is forgotten, so that a count may be too low by what was forgotten of it.
struct TopCounts<Value: StreamKey & Comparable>: Sendable, StateCodable {
    let capacity: Int
    private(set) var counts: [Value: Int] = [:]

    init(capacity: Int) { self.capacity = capacity }

    /// Adds to a count, or takes from it.
    /// - Complexity: O(1) on average.
    mutating func add(_ count: Int, of value: Value) {
        if let known = counts[value] {
            counts[value] = known + count == 0 ? nil : known + count
        } else {
            counts[value] = count
            if counts.count > 2 * capacity { prune() }
        }
    }

    private mutating func prune() {
        let kept = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(capacity)
        counts = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }

    func encode(to writer: inout StateWriter) throws {
        writer.write(count: capacity)
        writer.write(count: counts.count)
        for (value, count) in counts.sorted(by: { $0.key < $1.key }) {
            try writer.write(value: value)
            writer.write(count)
        }
    }

    init(from reader: inout StateReader) throws {
        capacity = try reader.readCount()
        let count = try reader.readCount()
        // At least a byte for a value, and its count.
        counts.reserveCapacity(min(count, reader.remaining / 9))
        for _ in 0..<count {
            let value = try reader.read(value: Value.self)
            counts.updateValue(try reader.read(Int.self), forKey: value)
        }
    }
}
