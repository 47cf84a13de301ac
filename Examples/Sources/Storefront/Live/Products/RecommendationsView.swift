public import Millrace
public import Topologies

/// What to show a user.
public struct RecommendationsView: Sendable, Equatable, JSONEncodableRecord {
    /// What a list was made from.
    public enum Basis: String, Sendable {
        /// The user's history: what goes with it, and what sells best in its categories.
        case personal
        /// The categories of the history alone.
        case categoryBestSellers = "category_best_sellers"
        /// What sells best to everybody.
        case bestSellers = "best_sellers"
    }

    /// Why a product is in the list.
    public enum Reason: String, Sendable {
        case similar
        case categoryBestSeller = "category_best_seller"
        case bestSeller = "best_seller"
    }

    public var user: ID?
    public var basis: Basis
    /// The time of the newest event.
    public var asOf: Timestamp
    public var products: [Entry]

    /// A product with its score: larger is better, within one list.
    public struct Entry: Sendable, Equatable, JSONEncodableRecord {
        public var product: CatalogueProduct
        public var score: Double
        public var reason: Reason

        public func encode(to json: inout JSONWriter) {
            product.encode(to: &json)
            json.field("score", score)
            json.field("reason", reason.rawValue)
        }
    }

    public func encode(to json: inout JSONWriter) {
        if let user { json.field("user", user) } else { json.null("user") }
        json.field("basis", basis.rawValue)
        json.time("as_of", asOf)
        json.field("products", products) { $0.object($1) }
    }
}
