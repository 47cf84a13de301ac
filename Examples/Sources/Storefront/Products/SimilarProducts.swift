public import Millrace
public import Recommender
public import Topologies

/// The events that say what a user is interested in, as the recommenders want them: views, favourites,
/// carts and purchases of products.
public func interests(_ events: DataStream<ShopEvent>) -> DataStream<Click> {
    events.compactMap { event in
        guard event.type.needsProduct, let product = event.product else { return nil }
        return Click(
            time: event.time, user: event.user, item: product, type: event.type.label,
            session: event.session, category: event.category ?? "")
    }
}

/// The products that the same users are interested in, for every product, when the input has ended.
public func similarProducts(
    _ events: DataStream<ShopEvent>, options: SimilarityOptions = SimilarityOptions(),
    depth: Int = 20
) -> DataStream<SimilarItems> {
    similarItems(interests(events), options: options, depth: depth)
}

/// What to show each user after each view, by models that have learned every event before it.
public func recommendedProducts(
    _ events: DataStream<ShopEvent>, sessionGap: Duration = .minutes(30), count: Int = 10
) -> DataStream<Recommendation> {
    recommendations(
        interests(events), sessionGap: sessionGap, count: count, excludesSeen: true)
}
