public import Millrace
public import Topologies

/// Some products of the catalogue.
public struct CataloguePage: Sendable, Equatable, JSONEncodableRecord {
    public var products: [CatalogueProduct]
    /// What to ask for to get the following ones; `nil` if there are none.
    public var next: ID?

    public func encode(to json: inout JSONWriter) {
        json.field("products", products) { $0.object($1) }
        if let next { json.field("next", next.description) } else { json.null("next") }
    }
}

/// The categories of the catalogue.
public struct CategoriesView: Sendable, Equatable, JSONEncodableRecord {
    public var categories: [Catalogue.Category]

    public init(_ catalogue: Catalogue) { categories = catalogue.categories }

    public func encode(to json: inout JSONWriter) {
        json.field("categories", categories) { $0.object($1) }
    }
}

extension Catalogue.Category: JSONEncodableRecord {
    public func encode(to json: inout JSONWriter) {
        json.field("category", name)
        json.field("products", productCount)
    }
}
