public import Millrace

/// What a visitor of a shop or a site did: the event of all examples.
public struct Click: Sendable, Equatable, Codable {
    /// When it happened.
    public var time: Timestamp
    /// Who did it.
    public var user: ID
    /// What it was done to: a product, an article, a page.
    public var item: ID
    /// `view`, `cart`, `fav`, `purchase` …
    public var type: String
    /// The session that the site gave it; `nil` if it gives none.
    public var session: ID?
    /// What kind of item it is; empty if that is not known.
    public var category: String

    public init(
        time: Timestamp, user: ID, item: ID, type: String = "view", session: ID? = nil,
        category: String = ""
    ) {
        self.time = time
        self.user = user
        self.item = item
        self.type = type
        self.session = session
        self.category = category
    }

    /// Whether the visitor bought something.
    public var isPurchase: Bool { type == "purchase" }
}
