public import Millrace

/// What a visitor did.
public enum ShopEventType: String, Sendable, Hashable, Codable, CaseIterable {
    case pageView = "page_view"
    case view
    case search
    case addToCart = "add_to_cart"
    case removeFromCart = "remove_from_cart"
    case addToFavourites = "add_to_favourites"
    case purchase
    case click
    case scroll
}

/// One thing that happened in a shop, as its client reports it.
///
/// A purchase of several products is one event per product.
public struct ShopEvent: Sendable, Hashable {
    /// Names the event; a duplicate has the same. Empty in some invalid events.
    public var eventID: String
    public var type: ShopEventType
    /// Who did it. Empty in some invalid events.
    public var userID: String
    /// The visit; `nil` for crawlers.
    public var sessionID: String?
    /// The product that is viewed, put into the cart, bought …; `nil` for other pages.
    public var productID: String?
    /// The category of the product, the list or the search.
    public var category: String?
    /// The price of one piece.
    public var price: Double?
    /// How many pieces, for the cart and purchases.
    public var quantity: Int?
    /// What is searched for.
    public var query: String?
    /// The page that it happened on.
    public var pageURL: String?
    /// The page that led there: on the first event of a visit from outside, or `nil`.
    public var referrer: String?
    public var userAgent: String?
    /// When it happened by the client's clock, which may be wrong.
    public var timestamp: Timestamp
}

extension ShopEvent: JSONEncodableRecord {
    public func encode(to json: inout JSONWriter) {
        json.field("event_id", eventID)
        json.field("type", type.rawValue)
        json.field("user_id", userID)
        if let sessionID { json.field("session_id", sessionID) }
        if let productID { json.field("product_id", productID) }
        if let category { json.field("category", category) }
        if let price { json.field("price", price) }
        if let quantity { json.field("quantity", quantity) }
        if let query { json.field("query", query) }
        if let pageURL { json.field("page_url", pageURL) }
        if let referrer { json.field("referrer", referrer) }
        if let userAgent { json.field("user_agent", userAgent) }
        json.field("timestamp", timestamp.millis)
    }
}
