public import Millrace

/// The products with the most buyers in the last 30 days.
public struct BestSellersView: Sendable, Equatable, JSONEncodableRecord {
    /// `nil` for all products together.
    public var category: String?
    /// The time of the newest event.
    public var asOf: Timestamp
    public var products: [Entry]

    static let days = 30

    /// A product, who bought it, and how much of it.
    public struct Entry: Sendable, Equatable, JSONEncodableRecord {
        public var product: CatalogueProduct
        public var buyers: Int
        public var units: Int

        public func encode(to json: inout JSONWriter) {
            product.encode(to: &json)
            json.field("buyers", buyers)
            json.field("units", units)
        }
    }

    public func encode(to json: inout JSONWriter) {
        if let category { json.field("category", category) } else { json.null("category") }
        json.field("days", Self.days)
        json.time("as_of", asOf)
        json.field("products", products) { $0.object($1) }
    }
}
