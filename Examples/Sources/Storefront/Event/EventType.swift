/// What a visitor did.
public enum EventType: UInt8, Sendable, Codable, CaseIterable {
    case pageView, view, search, addToCart, removeFromCart, addToFavourites, purchase, click,
        scroll
    /// The user wants a product out of the history. The shop writes it down itself; visitors cannot send it.
    case forget

    /// The name in events: `add_to_cart`.
    public var name: String {
        switch self {
        case .pageView: "page_view"
        case .view: "view"
        case .search: "search"
        case .addToCart: "add_to_cart"
        case .removeFromCart: "remove_from_cart"
        case .addToFavourites: "add_to_favourites"
        case .purchase: "purchase"
        case .click: "click"
        case .scroll: "scroll"
        case .forget: "forget_product"
        }
    }

    /// The name in paths and transitions, short: `view>cart>purchase`.
    public var label: String {
        switch self {
        case .pageView: "page"
        case .addToCart: "cart"
        case .removeFromCart: "uncart"
        case .addToFavourites: "fav"
        default: name
        }
    }

    /// The type of this name, or of a name that other trackers have for it; `nil` if there is none.
    public init?(name: String) {
        guard let type = Self.named[name] else { return nil }
        self = type
    }

    private static let named: [String: EventType] = {
        var named: [String: EventType] = [
            "pageview": .pageView, "view_product": .view, "product_view": .view,
            "ProductView": .view, "pv": .view, "AddToCart": .addToCart, "buy": .purchase,
            "add_to_favorites": .addToFavourites, "button_click": .click,
        ]
        for type in allCases {
            named[type.name] = type
            named[type.label] = type
        }
        return named
    }()

    /// Whether an event from outside may have this type.
    public var isPublic: Bool { self != .forget }

    /// Whether such an event is about a product, and must say which.
    public var needsProduct: Bool {
        switch self {
        case .view, .addToCart, .removeFromCart, .addToFavourites, .purchase, .forget: true
        case .pageView, .search, .click, .scroll: false
        }
    }
}
