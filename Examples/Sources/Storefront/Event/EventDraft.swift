import Millrace
import Topologies

/// An event while it is being read: fields that may be missing, and what was wrong with those read so
/// far. Every decoder fills one, so that all formats are held to the same rules.
struct EventDraft {
    var id: String?
    var type: String?
    var user: String?
    var session: String?
    var product: String?
    var category: String?
    var price: Money?
    var quantity: Int?
    var query: String?
    var page: String?
    var referrer: String?
    var userAgent: String?
    var time: Timestamp?
    /// In the order in which they came; where a name comes again, the last value counts.
    var properties: [(name: String, value: JSONValue)] = []
    private(set) var errors: [InvalidEvent.FieldError] = []

    /// Prices above are read as something else by programs that take numbers for doubles, and the sums of
    /// prices and quantities have to fit.
    static let maximumPrice = Money(thousandths: 1_000_000_000_000)
    static let maximumQuantity = 1_000_000

    mutating func refuse(_ field: String, _ problem: String) {
        // The first problem of a field is the one that matters: a field that could not be read is not
        // reported as missing as well.
        if errors.contains(where: { $0.field == field }) { return }
        errors.append(InvalidEvent.FieldError(field, problem))
    }

    /// Checks every field, and that none is missing.
    /// - Throws: ``InvalidEvent`` with every wrong field.
    mutating func checked() throws(InvalidEvent) -> (type: EventType, user: String, time: Timestamp)
    {
        let kind = type.flatMap(EventType.init(name:))
        // All events without an id would be repeats of each other.
        if id?.isEmpty == true { refuse("event_id", "is empty") }
        if let type, kind == nil { refuse("type", "'\(type)' is not known") }
        if type == nil { refuse("type", "is missing") }
        if (user ?? "").isEmpty { refuse("user_id", "is missing") }
        if time == nil { refuse("timestamp", "is missing") }
        if let kind, kind.needsProduct, (product ?? "").isEmpty {
            refuse("product_id", "is missing, and \(kind.name) is about a product")
        }
        if kind == .search, query == nil { refuse("query", "is missing, and a search has one") }
        if let price, price < .zero { refuse("price", "is negative") }
        if let price, price > Self.maximumPrice { refuse("price", "is more than 1000000000") }
        if let quantity, quantity < 1 { refuse("quantity", "is less than 1") }
        if let quantity, quantity > Self.maximumQuantity {
            refuse("quantity", "is more than 1000000")
        }
        guard errors.isEmpty, let kind, let user, let time else { throw InvalidEvent(errors) }
        return (kind, user, time)
    }
}

extension ShopEvent {
    /// The event that a draft has become, if nothing is wrong with it.
    /// - Throws: ``InvalidEvent`` with every wrong field.
    convenience init(_ draft: consuming EventDraft) throws(InvalidEvent) {
        let (type, user, time) = try draft.checked()
        self.init(
            id: draft.id, type, user: ID(user),
            session: draft.session.flatMap { $0.isEmpty ? nil : ID($0) },
            product: draft.product.map { ID($0) }, category: draft.category, price: draft.price,
            quantity: draft.quantity, query: draft.query, page: draft.page,
            referrer: draft.referrer, userAgent: draft.userAgent, time: time,
            properties: EventProperties(draft.properties))
    }
}
