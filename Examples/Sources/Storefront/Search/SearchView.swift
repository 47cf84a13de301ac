public import Millrace

/// The products that a query finds.
public struct SearchView: Sendable, Equatable, JSONEncodableRecord {
    public var query: String
    /// How many products it finds, with those that are not listed.
    public var total: Int
    public var products: [Hit]
    /// What to show besides: what the user gets recommended.
    public var recommendations: [RecommendationsView.Entry]

    /// A product with its score: larger is better, within one list.
    public struct Hit: Sendable, Equatable, JSONEncodableRecord {
        public var product: CatalogueProduct
        public var score: Double
        /// Whether the user's history has raised it.
        public var isPersonal: Bool

        public func encode(to json: inout JSONWriter) {
            product.encode(to: &json)
            json.field("score", score)
            json.field("personal", isPersonal)
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.field("query", query)
        json.field("total", total)
        json.field("products", products) { $0.object($1) }
        json.field("recommendations", recommendations) { $0.object($1) }
    }
}
