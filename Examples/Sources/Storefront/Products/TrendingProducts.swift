public import Millrace
public import Topologies

/// The products most looked at in a window, with its totals.
public struct TrendingProducts: Sendable, Equatable, JSONEncodableRecord {
    public var window: Window
    public var views: Int
    /// How many different products they are of.
    public var products: Int
    public var top: [Place]

    /// A product, how often it was looked at, and the score that ranks it: the same unless views decay.
    public struct Place: Sendable, Equatable, JSONEncodableRecord {
        public var product: ID
        public var views: Int
        public var score: Double

        public func encode(to json: inout JSONWriter) {
            json.field("item", product)
            json.field("count", views)
            json.field("score", score)
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.field("window_start", window.start)
        json.field("window_end", window.end)
        json.field("events", views)
        json.field("items", products)
        json.field("top", top) { $0.object($1) }
    }
}

/// Ranks the products of each sliding window by views.
///
/// - Parameter halfLife: The time in which a view loses half of its weight, so that what is looked at now
///   comes before what was looked at an hour ago; by default every view of the window counts the same.
public func trendingProducts(
    _ events: DataStream<ShopEvent>, size: Duration = .hours(1),
    every slide: Duration = .minutes(5),
    depth: Int = 10, halfLife: Duration? = nil, name: String = "trending"
) -> DataStream<TrendingProducts> {
    let interest = DecayingCount<ShopEvent>(halfLife: halfLife)
    return
        events
        .filter { $0.type == .view }
        .keyed(by: { $0.product ?? "" })
        .window(.sliding(size: size, every: slide))
        .aggregate(interest, name: "\(name)-views")
        .acrossKeys(
            .all(
                .sum(\.value.count), .count(),
                .top(
                    depth, by: { interest.weight(of: $0.value, at: $0.window.end) },
                    thenBy: \.key)),
            name: name
        )
        .map { ranking in
            let (views, products, top) = ranking.value
            return TrendingProducts(
                window: ranking.window, views: views, products: products,
                top: top.map {
                    TrendingProducts.Place(
                        product: $0.key, views: $0.value.count,
                        score: interest.weight(of: $0.value, at: $0.window.end))
                })
        }
}
