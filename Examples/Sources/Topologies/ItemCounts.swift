import Millrace
import Recommender

/// The counts of all items and pairs, added up from the changes of users' ratings.
struct ItemCounts: Sendable, Codable {
    private let options: SimilarityOptions
    private var neighbours: [ID: ItemNeighbours<ID>] = [:]
    private var latest = Timestamp(millis: 0)

    init(options: SimilarityOptions) { self.options = options }

    /// Every item that has been rated, in order.
    var items: [ID] { neighbours.keys.sorted() }

    /// Adds what one event has changed.
    mutating func apply(_ timed: TimedChange) {
        let (change, time, options) = (timed.change, timed.time, options)
        latest = max(latest, time)
        update(change.item) { $0.add(change, at: time, options: options) }
        for (other, delta) in change.pairs {
            update(other) { $0.addPair(change.item, delta, at: time, options: options) }
        }
    }

    /// The items most similar to `item`.
    func similar(to item: ID, limit: Int) -> [SimilarItem<ID>] {
        neighbours[item]?.similar(limit, at: latest, options: options, countOf: count) ?? []
    }

    private func count(of item: ID) -> Double {
        neighbours[item]?.count(at: latest, options: options) ?? 0
    }

    /// Changes an item's counts, and prunes them if the change says that there are too many.
    private mutating func update(
        _ item: ID, _ change: (inout ItemNeighbours<ID>) -> Bool
    ) {
        let isCrowded = change(&neighbours[item, default: ItemNeighbours()])
        // Taken out, so that it is changed in place. An item is no neighbour of its own.
        guard isCrowded, var crowded = neighbours.removeValue(forKey: item) else { return }
        crowded.prune(options, countOf: count)
        neighbours[item] = crowded
    }
}
