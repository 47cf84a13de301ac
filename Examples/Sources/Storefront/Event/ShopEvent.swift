public import Millrace
public import Topologies

/// What a visitor of the shop did: the event of every storefront topology.
public struct ShopEvent: Sendable, Hashable, Codable {
    /// The sender's id of the event, by which repeats are found; `nil` if it gives none.
    public var id: String?
    public var type: EventType
    public var user: ID
    /// The session that the shop gave it.
    public var session: String?
    /// What it was done to; always there where ``EventType/needsProduct`` says so.
    public var product: ID?
    public var category: String?
    /// The price of one piece.
    public var price: Money?
    /// How many pieces; one if it does not say.
    public var quantity: Int?
    /// What was searched for.
    public var query: String?
    public var page: String?
    public var referrer: String?
    public var userAgent: String?
    /// When it happened.
    public var time: Timestamp
    /// Every further field, under its own name.
    public var properties: [String: JSONValue]

    public init(
        id: String? = nil, _ type: EventType, user: ID, session: String? = nil,
        product: ID? = nil, category: String? = nil, price: Money? = nil, quantity: Int? = nil,
        query: String? = nil, page: String? = nil, referrer: String? = nil,
        userAgent: String? = nil, time: Timestamp, properties: [String: JSONValue] = [:]
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
    }

    /// Whether something was sold. What is given away is not.
    public var isSale: Bool { type == .purchase && price != .zero }

    /// Whether a page or a product was looked at.
    public var isView: Bool { type == .view || type == .pageView }

    /// What was paid; zero unless it is a purchase with a price.
    public var revenue: Money {
        type == .purchase ? (price ?? .zero).times(quantity ?? 1) : .zero
    }

    /// The page, or the product where no page is given.
    public var place: String? { page ?? product?.description }
}

/// An amount of money, exact to a thousandth of the currency's unit.
public struct Money: Sendable, Hashable, Comparable, Codable, BitwiseCopyable {
    public var thousandths: Int64

    public init(thousandths: Int64) { self.thousandths = thousandths }

    public static var zero: Money { Money(thousandths: 0) }

    public static func < (a: Money, b: Money) -> Bool { a.thousandths < b.thousandths }

    /// Adds an amount, held at the ends of the range.
    public static func += (sum: inout Money, amount: Money) {
        let (total, overflow) = sum.thousandths.addingReportingOverflow(amount.thousandths)
        sum.thousandths = overflow ? (amount < .zero ? .min : .max) : total
    }

    /// This amount `count` times, held at the ends of the range.
    public func times(_ count: Int) -> Money {
        let (product, overflow) = thousandths.multipliedReportingOverflow(by: Int64(count))
        guard overflow else { return Money(thousandths: product) }
        return Money(thousandths: (thousandths < 0) == (count < 0) ? .max : .min)
    }
}
