public import Millrace
public import Topologies

/// A product as the shop's catalogue knows it.
public struct CatalogueProduct: Sendable, Equatable {
    public var id: ID
    /// What it is called; empty where only its id is known.
    public var title: String
    public var category: String?
    /// The price of one piece.
    public var price: Money?

    public init(id: ID, title: String = "", category: String? = nil, price: Money? = nil) {
        self.id = id
        self.title = title
        self.category = category
        self.price = price
    }
}

extension CatalogueProduct: JSONRecord {
    /// Writes `product`, and of `title`, `category` and `price` what is known.
    public func encode(to json: inout JSONWriter) {
        json.field("product", id)
        if !title.isEmpty { json.field("title", title) }
        if let category { json.field("category", category) }
        if let price { json.field("price", price.units) }
    }

    /// Reads a product with the field names of ``encode(to:)``, or those that exports of shops have. Fields
    /// that are not known are skipped.
    /// - Throws: ``StreamError`` with code `malformedInput` if it is not JSON, the price is no amount or is
    ///   negative, or there is no id.
    public init(from json: inout JSONReader) throws {
        self.init(id: "")
        while let field = try json.nextField() {
            switch field {
            case "product", "product_id", "productId", "id": id = ID(try json.text())
            case "title", "name", "productName": title = try json.string()
            case "category": category = try json.readNull() ? nil : try json.text()
            case "price":
                if try json.readNull() { continue }
                price = try json.price()
            default: try json.skip()
            }
        }
        try check()
    }

    private func check() throws {
        if id.description.isEmpty {
            throw StreamError(.malformedInput, "a product of the catalogue has no id")
        }
        if let price, price < .zero {
            throw StreamError(.malformedInput, "the price of product '\(id)' is negative")
        }
    }
}

extension CatalogueProduct: CSVDecodableRecord {
    public static var columns: [String] { ["product", "title", "category", "price"] }

    public static var optionalColumns: Set<String> { ["title", "category", "price"] }

    /// Reads a row; only the id must be there.
    /// - Throws: ``StreamError`` with code `malformedInput`.
    public init(from row: borrowing CSVRow) throws {
        self.init(id: ID(row.string(0)), title: row.string(1))
        if !row.isEmpty(2) { category = row.string(2) }
        if !row.isEmpty(3) { price = try row.price(3) }
        try check()
    }
}
