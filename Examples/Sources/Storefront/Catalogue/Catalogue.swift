public import Topologies

/// The products that the shop sells, as of one reading of its file. Never changes.
public final class Catalogue: Sendable {
    /// Every product, the smaller id first.
    public let products: [CatalogueProduct]
    private let places: [ID: Int]
    private let shelves: [String: [Int]]
    /// The categories in the order of their names.
    public let categories: [Category]
    /// Finds products by the words of their titles and categories.
    let index: SearchIndex

    /// A category and how many products it has.
    public struct Category: Sendable, Equatable {
        public var name: String
        public var productCount: Int
    }

    /// A catalogue of these products; of several with one id the last.
    /// - Complexity: O(n · log n), with the search index.
    public init(_ products: [CatalogueProduct] = []) {
        let latest = Dictionary(products.map { ($0.id, $0) }) { $1 }
        let sorted = latest.values.sorted { $0.id < $1.id }
        var places: [ID: Int] = [:]
        places.reserveCapacity(sorted.count)
        var shelves: [String: [Int]] = [:]
        for (place, product) in sorted.enumerated() {
            places[product.id] = place
            if let category = product.category { shelves[category, default: []].append(place) }
        }
        self.products = sorted
        self.places = places
        self.shelves = shelves
        categories = shelves.map { Category(name: $0.key, productCount: $0.value.count) }
            .sorted { $0.name < $1.name }
        index = SearchIndex(sorted)
    }

    /// The product of an id; `nil` if it is not in the catalogue.
    public subscript(id: ID) -> CatalogueProduct? { places[id].map { products[$0] } }

    /// Where a product is among ``products``.
    func place(of id: ID) -> Int? { places[id] }

    /// Where the products of a category are among ``products``.
    func places(of category: String) -> [Int] { shelves[category] ?? [] }

    /// The products of a category, or all of them, in the order of their ids.
    ///
    /// - Parameters:
    ///   - category: `nil` for all products. A category that is not known has none.
    ///   - cursor: The id of the last product of the page before; it need not be in the catalogue any more.
    ///   - limit: How many at most.
    public func page(
        category: String? = nil, after cursor: ID? = nil, limit: Int = 50
    ) -> CataloguePage {
        let shelf = category.map { shelves[$0] ?? [] }
        let count = shelf?.count ?? products.count
        func product(_ place: Int) -> CatalogueProduct { products[shelf?[place] ?? place] }
        var start = 0
        if let cursor {
            var end = count
            while start < end {
                let middle = (start + end) / 2
                if product(middle).id <= cursor { start = middle + 1 } else { end = middle }
            }
        }
        let end = min(count, start + max(0, limit))
        let page = (start..<end).map(product)
        return CataloguePage(products: page, next: end < count ? page.last?.id : nil)
    }
}
