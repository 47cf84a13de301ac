public import Millrace

/// Item similarities kept up to date with every event, in one place.
///
/// It joins the two halves, ``UserRatings`` by user and ``ItemNeighbours`` by item, the way a
/// topology does with two keyed operators. Without limits and ageing the counts equal those of a
/// batch computation at any time; order and duplicates of events do not matter.
public struct ItemSimilarities<
    User: Hashable & Sendable, ID: Hashable & Comparable & Sendable & Codable
>: Sendable {
    /// What is kept, and for how long.
    public let options: SimilarityOptions
    @usableFromInline var userRatings: [User: UserRatings<ID>] = [:]
    @usableFromInline var neighbours: [ID: ItemNeighbours<ID>] = [:]
    @usableFromInline var latest = Timestamp(millis: 0)

    /// Similarities of no events yet.
    @inlinable
    public init(options: SimilarityOptions = SimilarityOptions()) { self.options = options }

    /// The state by user.
    @inlinable
    public var users: [User: UserRatings<ID>] { userRatings }

    /// The state by item.
    @inlinable
    public var items: [ID: ItemNeighbours<ID>] { neighbours }

    /// Takes in an event of `weight` (1 or more) of `user` on `item`.
    ///
    /// - Complexity: O(items that the user's state remembers).
    @inlinable
    public mutating func record(
        _ item: ID, of user: User, weight: Int, at time: Timestamp = Timestamp(millis: 0)
    ) {
        latest = max(latest, time)
        guard
            let change = userRatings[user, default: UserRatings()]
                .record(item, weight: weight, options: options)
        else { return }
        let options = options
        update(item) { $0.add(change, at: time, options: options) }
        for (other, delta) in change.pairs {
            update(other) { $0.addPair(item, delta, at: time, options: options) }
        }
    }

    /// Changes an item's counts, and prunes them if the change says that there are too many.
    @inlinable
    mutating func update(_ item: ID, _ change: (inout ItemNeighbours<ID>) -> Bool) {
        let isCrowded = change(&neighbours[item, default: ItemNeighbours()])
        // Taken out, so that it is changed in place. An item is no neighbour of its own.
        guard isCrowded, var crowded = neighbours.removeValue(forKey: item) else { return }
        crowded.prune(options, countOf: count(of:))
        neighbours[item] = crowded
    }

    /// The count of `item` as of the latest event, 0 if it has none.
    @inlinable
    public func count(of item: ID) -> Double {
        neighbours[item]?.count(at: latest, options: options) ?? 0
    }

    /// The items most similar to `item`, as of the latest event; empty if it has no ratings.
    ///
    /// - Complexity: O(neighbours · log neighbours).
    @inlinable
    public func similar(to item: ID, limit: Int = 20) -> [SimilarItem<ID>] {
        neighbours[item]?.similar(limit, at: latest, options: options, countOf: count(of:)) ?? []
    }
}
