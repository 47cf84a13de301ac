public import Millrace
public import Topologies

/// What a visitor of the shop did: the event of every storefront topology.
///
/// Never changes, and is passed by reference: dozens of topologies share each event.
public final class ShopEvent: Sendable, Codable {
    /// The sender's id of the event, by which repeats are found; `nil` if it gives none.
    public let id: String?
    public let type: EventType
    public let user: ID
    /// The session that the shop gave it.
    public let session: ID?
    /// What it was done to; always there where ``EventType/needsProduct`` says so.
    public let product: ID?
    public let category: String?
    /// The price of one piece.
    public let price: Money?
    /// How many pieces; one if it does not say.
    public let quantity: Int?
    /// What was searched for.
    public let query: String?
    public let page: String?
    public let referrer: String?
    public let userAgent: String?
    /// When it happened.
    public let time: Timestamp
    /// Every further field, under its own name.
    public let properties: EventProperties
    /// The page, or the product where no page is given: made once, since half a dozen topologies ask for it.
    public let place: String?

    /// All but ``place``, which follows from them.
    private enum CodingKeys: CodingKey {
        case id, type, user, session, product, category, price, quantity, query, page, referrer
        case userAgent, time, properties
    }

    public init(
        id: String? = nil, _ type: EventType, user: ID, session: ID? = nil,
        product: ID? = nil, category: String? = nil, price: Money? = nil, quantity: Int? = nil,
        query: String? = nil, page: String? = nil, referrer: String? = nil,
        userAgent: String? = nil, time: Timestamp, properties: EventProperties = [:]
    ) {
        self.id = id
        self.type = type
        self.user = user
        self.session = session
        self.product = product
        self.category = category
        self.price = price
        self.quantity = quantity
        self.query = query
        self.page = page
        self.referrer = referrer
        self.userAgent = userAgent
        self.time = time
        self.properties = properties
        place = page ?? product?.description
    }

    public convenience init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try fields.decodeIfPresent(String.self, forKey: .id),
            try fields.decode(EventType.self, forKey: .type),
            user: try fields.decode(ID.self, forKey: .user),
            session: try fields.decodeIfPresent(ID.self, forKey: .session),
            product: try fields.decodeIfPresent(ID.self, forKey: .product),
            category: try fields.decodeIfPresent(String.self, forKey: .category),
            price: try fields.decodeIfPresent(Money.self, forKey: .price),
            quantity: try fields.decodeIfPresent(Int.self, forKey: .quantity),
            query: try fields.decodeIfPresent(String.self, forKey: .query),
            page: try fields.decodeIfPresent(String.self, forKey: .page),
            referrer: try fields.decodeIfPresent(String.self, forKey: .referrer),
            userAgent: try fields.decodeIfPresent(String.self, forKey: .userAgent),
            time: try fields.decode(Timestamp.self, forKey: .time),
            properties: try fields.decode(EventProperties.self, forKey: .properties))
    }

    /// Whether something was sold. What is given away is not.
    public var isSale: Bool { type == .purchase && price != .zero }

    /// Whether a page or a product was looked at.
    public var isView: Bool { type == .view || type == .pageView }

    /// What was paid; zero unless it is a purchase with a price.
    public var revenue: Money {
        type == .purchase ? (price ?? .zero).times(quantity ?? 1) : .zero
    }
}

extension ShopEvent: Equatable {
    public static func == (a: ShopEvent, b: ShopEvent) -> Bool {
        (a.id, a.type, a.user, a.session, a.product, a.time)
            == (b.id, b.type, b.user, b.session, b.product, b.time)
            && (a.category, a.price, a.quantity, a.query) == (
                b.category, b.price, b.quantity, b.query
            )
            && (a.page, a.referrer, a.userAgent, a.properties) == (
                b.page, b.referrer, b.userAgent, b.properties
            )
    }
}
