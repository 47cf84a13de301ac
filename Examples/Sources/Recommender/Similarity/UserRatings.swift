/// What one event of a user changes: an item's count and its pair counts.
public struct RatingChange<ID: Hashable & Comparable & Sendable>: Sendable {
    /// The item that the event was about.
    public let item: ID
    /// How much the user's rating of the item rose: added to the item's count.
    public let rating: Int
    /// How much min(rating of the item, rating of the other) rose, for each other item of the user
    /// for which it rose.
    public let pairs: [(other: ID, delta: Int)]

    @inlinable
    init(item: ID, rating: Int, pairs: [(other: ID, delta: Int)]) {
        self.item = item
        self.rating = rating
        self.pairs = pairs
    }
}

/// A user's ratings, the state of one key of the user-keyed half of item similarities.
///
/// A rating is the largest weight of the user's events on the item. Order does not matter, and
/// duplicates change nothing, except through a history limit.
///
/// Source: Huang et al., "TencentRec: real-time stream recommendation in practice", SIGMOD 2015.
public struct UserRatings<ID: Hashable & Comparable & Sendable & Codable>: Sendable, Codable {
    /// The items with their ratings, the most recent at the end. An array: every change has to pass
    /// over all of them anyway.
    @usableFromInline var ratings: [Rating] = []

    @usableFromInline
    struct Rating: Sendable, Codable {
        @usableFromInline var item: ID
        @usableFromInline var rating: Int

        @inlinable @inline(__always)
        init(item: ID, rating: Int) {
            self.item = item
            self.rating = rating
        }
    }

    /// A user without ratings.
    @inlinable
    public init() {}

    /// How many items are remembered.
    @inlinable
    public var count: Int { ratings.count }

    /// Takes in an event of `weight` (1 or more) and says what it changes: nil for nothing.
    ///
    /// - Complexity: O(items remembered).
    @inlinable
    public mutating func record(
        _ item: ID, weight: Int, options: SimilarityOptions = SimilarityOptions()
    ) -> RatingChange<ID>? {
        precondition(weight > 0, "an event weighs at least 1")
        var old = 0
        if let place = ratings.lastIndex(where: { $0.item == item }) {
            old = ratings.remove(at: place).rating
        } else if let limit = options.historyLimit, ratings.count >= limit {
            ratings.removeFirst(ratings.count - limit + 1)
        }
        let new = max(old, weight)
        defer { ratings.append(Rating(item: item, rating: new)) }
        guard new > old else { return nil }
        var pairs: [(other: ID, delta: Int)] = []
        pairs.reserveCapacity(ratings.count)
        for kept in ratings where min(new, kept.rating) > min(old, kept.rating) {
            pairs.append((kept.item, min(new, kept.rating) - min(old, kept.rating)))
        }
        return RatingChange(item: item, rating: new - old, pairs: pairs)
    }
}
