import Millrace
import Recommender
import Topologies

/// What a user's interest in a product is worth at least.
private struct Interest: Sendable {
    var user: ID
    var product: ID
    var weight: Int
    var time: Timestamp
}

/// What changes about one product when a user's interest changes.
private struct NeighbourChange: Sendable {
    var product: ID
    var change: Change
    var time: Timestamp

    enum Change: Sendable {
        /// The product's own count, and its pairs with all others of the user.
        case rated(RatingChange<ID>)
        /// Its pair with one other product.
        case paired(ID, Int)
    }
}

/// Which products the same users are interested in: what a user rates lives with the user, what a product's
/// neighbours are with the product. Crawlers have no say. What is not touched for 30 days is forgotten.
///
/// Source: Huang et al., "TencentRec: real-time stream recommendation in practice", SIGMOD 2015.
func liveSimilarities(_ events: DataStream<ShopEvent>, options: SimilarityOptions) {
    let retention = StateExpiry.eventTime(.days(30))
    let neighbours =
        events
        .compactMap(name: "rated-products") { event -> Interest? in
            guard let weight = event.type.interest, let product = event.product,
                !event.isFromCrawler
            else { return nil }
            return Interest(user: event.user, product: product, weight: weight, time: event.time)
        }
        .keyed(by: { $0.user })
        .process(
            "interests", state: UserRatings<ID>.self, output: NeighbourChange.self,
            expiry: retention
        ) { interest, ratings, context in
            if ratings == nil { ratings = UserRatings() }
            guard
                let change = ratings?.record(
                    interest.product, weight: interest.weight, options: options)
            else { return }
            let time = interest.time
            context.emit(
                NeighbourChange(product: change.item, change: .rated(change), time: time))
            for (other, delta) in change.pairs {
                context.emit(
                    NeighbourChange(
                        product: other, change: .paired(change.item, delta), time: time))
            }
        }
        .keyed(by: { $0.product })
        .process(
            "neighbours", state: ItemNeighbours<ID>.self, output: Int.self, expiry: retention
        ) { change, neighbours, _ in
            if neighbours == nil { neighbours = ItemNeighbours() }
            switch change.change {
            case .rated(let rating):
                neighbours?.addRating(rating.rating, at: change.time, options: options)
                for (other, delta) in rating.pairs {
                    neighbours?.addPair(other, delta, at: change.time, options: options)
                }
            case .paired(let other, let delta):
                neighbours?.addPair(other, delta, at: change.time, options: options)
            }
            if neighbours?.needsPruning(options) == true { neighbours?.prune(options) }
        }
    neighbours.forEach(name: "neighbours-kept") { _, _ in }
}

extension EventType {
    /// How much an event says about a user's interest in a product; `nil` for nothing.
    fileprivate var interest: Int? {
        switch self {
        case .view: 1
        case .addToFavourites, .addToCart: 2
        case .purchase: 3
        case .removeFromCart, .pageView, .search, .click, .scroll, .forget: nil
        }
    }
}
