public import Millrace
public import Topologies

/// Some products of the catalogue.
public struct CataloguePage: Sendable, Equatable, JSONEncodableRecord {
    public var products: [CatalogueProduct]
    /// The last product, if others follow.
    public var next: ID?

    /// The name of the list in its cursors.
    private static let list = "products"

    /// The product behind which a page begins, by what the page before has given out as `next`.
    /// - Throws: ``InvalidCursor`` if none has.
    public static func place(of cursor: String) throws(InvalidCursor) -> ID {
        ID(try PageCursor(text: cursor, of: list).place)
    }

    public func encode(to json: inout JSONWriter) {
        json.field("products", products) { $0.object($1) }
        if let next {
            json.field("next", PageCursor(next.description, of: Self.list).text)
        } else {
            json.null("next")
        }
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
