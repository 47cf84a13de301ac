public import Millrace
public import Topologies

/// The last products that a user has looked at, newest first.
public struct HistoryView: Sendable, Equatable, JSONEncodableRecord {
    public var user: ID
    public var products: [Entry]

    /// A product, and when it was looked at last.
    public struct Entry: Sendable, Equatable, JSONEncodableRecord {
        public var product: CatalogueProduct
        public var time: Timestamp

        public func encode(to json: inout JSONWriter) {
            product.encode(to: &json)
            json.field("time", time)
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.field("user", user)
        json.field("products", products) { $0.object($1) }
    }
}
