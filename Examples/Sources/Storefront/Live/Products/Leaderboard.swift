import Millrace
import Topologies

/// The best of many keys, as changes of where they stand come in.
///
/// Keeps between `capacity` and twice as many. It is exact as long as counts only grow; a key that has been
/// left out comes back with its next change, if it is good enough then.
struct Leaderboard: Sendable, Equatable {
    static let capacity = 200

    private(set) var standings: [ID: Standing] = [:]
    /// Whom a key that is not among them must beat; `nil` if all may come in.
    private var last: Place?

    struct Place: Sendable, Equatable {
        var key: ID
        var standing: Standing

        func isBetter(than other: Place) -> Bool {
            standing.order != other.standing.order
                ? standing.order > other.standing.order : key < other.key
        }
    }

    var count: Int { standings.count }

    /// Takes note of where a key stands.
    /// - Complexity: O(1) amortised.
    mutating func set(_ key: ID, _ standing: Standing) {
        if standing.tally.isZero {
            if standings.removeValue(forKey: key) != nil { last = nil }
            return
        }
        let place = Place(key: key, standing: standing)
        if let last, !place.isBetter(than: last), place != last {
            // Who falls below those that were left out makes room for them.
            guard standings[key] != nil else { return }
            self.last = nil
        }
        standings[key] = standing
        if standings.count >= 2 * Self.capacity { prune() }
    }

    private mutating func prune() {
        let best = best(Self.capacity)
        standings = Dictionary(uniqueKeysWithValues: best.map { ($0.key, $0.standing) })
        last = best.last
    }

    /// The best keys; of equally good ones the smaller first.
    /// - Complexity: O(n · (log k + k)) for k of n keys at worst; in random order O(n + k² · log(n / k)), which moves
    ///   memory for the most part.
    func best(_ limit: Int) -> [Place] {
        var best: [Place] = []
        best.reserveCapacity(limit + 1)
        for (key, standing) in standings {
            let place = Place(key: key, standing: standing)
            if best.count >= limit {
                guard let worst = best.last, place.isBetter(than: worst) else { continue }
                best.removeLast()
            }
            best.insert(place, at: Self.rank(of: place, in: best))
        }
        return best
    }

    /// Where a place belongs among others that are in order.
    private static func rank(of place: Place, in best: [Place]) -> Int {
        var (low, high) = (0, best.count)
        while low < high {
            let middle = (low + high) / 2
            if place.isBetter(than: best[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Leaderboard: StateCodable {
    func encode(to writer: inout StateWriter) throws {
        try writer.write(value: standings)
        writer.write(last != nil)
        if let last {
            writer.write(last.key.description)
            try writer.write(value: last.standing)
        }
    }

    init(from reader: inout StateReader) throws {
        standings = try reader.read(value: [ID: Standing].self)
        if try reader.read(Bool.self) {
            let key = ID(try reader.read(String.self))
            last = Place(key: key, standing: try reader.read(value: Standing.self))
        }
    }
}
