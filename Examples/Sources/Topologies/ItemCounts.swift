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
        let change = timed.change
        latest = max(latest, timed.time)
        neighbours[change.item, default: ItemNeighbours()]
            .addRating(change.rating, at: timed.time, options: options)
        for (other, delta) in change.pairs {
            addPair(change.item, other, delta, at: timed.time)
            addPair(other, change.item, delta, at: timed.time)
        }
    }

    /// The items most similar to `item`.
    func similar(to item: ID, limit: Int) -> [SimilarItem<ID>] {
        neighbours[item]?.similar(limit, at: latest, options: options, countOf: count) ?? []
    }

    private func count(of item: ID) -> Double {
        neighbours[item]?.count(at: latest, options: options) ?? 0
    }

    private mutating func addPair(_ item: ID, _ other: ID, _ delta: Int, at time: Timestamp) {
        neighbours[item, default: ItemNeighbours()]
            .addPair(other, delta, at: time, options: options)
        guard neighbours[item]?.needsPruning(options) == true, var crowded = neighbours[item]
        else { return }
        crowded.prune(options, countOf: count)
        neighbours[item] = crowded
    }
}
