import Millrace
import Topologies

/// The best of many keys, as changes of where they stand come in.
///
/// Keeps between `capacity` and twice as many. It is exact as long as counts only grow; a key that has been
/// left out comes back with its next change, if it is good enough then.
struct Leaderboard: Sendable, Equatable {
    static let capacity = 200

    private(set) var standings: [ID: Standing] = [:]
    /// What a key must exceed to come in.
    private var floor = -Double.infinity

    var count: Int { standings.count }

    /// Takes note of where a key stands.
    /// - Complexity: O(1) amortised.
    mutating func set(_ key: ID, _ standing: Standing) {
        if standing.tally.isZero {
            guard standings.removeValue(forKey: key) != nil else { return }
            if standings.count < Self.capacity { floor = -.infinity }
            return
        }
        if standing.order < floor, standings.count >= Self.capacity {
            // One of the best has fallen; it stays until there is a better one.
            if standings[key] != nil { standings[key] = standing }
            return
        }
        standings[key] = standing
        if standings.count >= 2 * Self.capacity { prune() }
    }

    private mutating func prune() {
        let best = best(Self.capacity)
        standings = Dictionary(uniqueKeysWithValues: best.map { ($0.key, $0.standing) })
        floor = best.last?.standing.order ?? -.infinity
    }

    struct Place: Sendable, Equatable {
        var key: ID
        var standing: Standing

        static func precedes(_ a: Place, _ b: Place) -> Bool {
            a.standing.order != b.standing.order
                ? a.standing.order > b.standing.order : a.key < b.key
        }
    }

    /// The best keys; of equally good ones the smaller first.
    /// - Complexity: O(n + k · log k) for few keys of many.
    func best(_ limit: Int) -> [Place] {
        guard limit > 0 else { return [] }
        var best: [Place] = []
        best.reserveCapacity(2 * limit)
        for (key, standing) in standings {
            let place = Place(key: key, standing: standing)
            if best.count >= limit, best[limit - 1].standing.order > standing.order { continue }
            best.append(place)
            if best.count >= 2 * limit || best.count == limit {
                best.sort(by: Place.precedes)
                best.removeLast(best.count - limit)
            }
        }
        best.sort(by: Place.precedes)
        return Array(best.prefix(limit))
    }
}

extension Leaderboard: StateCodable {
    func encode(to writer: inout StateWriter) throws {
        writer.write(floor)
        try writer.write(value: standings)
    }

    init(from reader: inout StateReader) throws {
        floor = try reader.read(Double.self)
        standings = try reader.read(value: [ID: Standing].self)
    }
}
