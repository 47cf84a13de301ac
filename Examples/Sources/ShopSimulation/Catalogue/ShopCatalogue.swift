/// What the shop sells: the products of its categories, and what visitors search for.
public struct ShopCatalogue: Sendable {
    /// A product as the shop's database knows it.
    public struct Product: Sendable, Hashable {
        public let id: String
        public let name: String
        /// Index in ``ShopCatalogue/categories``.
        public let category: Int
        public let price: Double
        public let url: String
    }

    /// A kind of products.
    public struct Category: Sendable, Hashable {
        public let name: String
        public let url: String
        /// The category's products, as indices in ``ShopCatalogue/products``; usually best-selling
        /// first.
        public let products: Range<Int>
        let weight: Double
        let weekendFactor: Double
        let searches: [Search]
    }

    /// Something to search for.
    struct Search: Sendable, Hashable {
        let query: String
        let url: String
    }

    public let products: [Product]
    public let categories: [Category]
    /// Products that others lead to, ``relatedCount`` per product.
    private let relatedProducts: [Int32]

    static let relatedCount = 6

    init(seed: UInt64, products count: Int) {
        var random = SeededRandom(drawn(.catalogue, seed, 0))
        let totalSize = Assortment.all.reduce(0) { $0 + $1.size }
        var products: [Product] = []
        var categories: [Category] = []
        var numbers = Array(1...count)
        for index in stride(from: count - 1, to: 0, by: -1) {
            numbers.swapAt(index, random.below(index + 1))
        }
        for (index, kind) in Assortment.all.enumerated() {
            let isLast = index == Assortment.all.count - 1
            let share = Int(Double(count) * kind.size / totalSize)
            let end = isLast ? count : min(count, products.count + max(1, share))
            let range = products.count..<end
            for place in range {
                products.append(kind.product(numbers[place], category: index, &random))
            }
            categories.append(
                Category(
                    name: kind.name, url: "/c/\(kind.slug)", products: range, weight: kind.weight,
                    weekendFactor: kind.weekendFactor, searches: kind.searches))
        }
        relatedProducts = products.indices.flatMap { product in
            let range = categories[products[product].category].products
            return (0..<Self.relatedCount).map { place in
                let bits = drawn(.related, seed, UInt64(product), UInt64(place))
                // Near in popularity: what sells well leads to what sells well.
                let distance = 1 + Int(bits.unit * bits.unit * Double(range.count - 1))
                return Int32(
                    range.lowerBound + (product - range.lowerBound + distance) % range.count)
            }
        }
        self.products = products
        self.categories = categories
    }

    func related(to product: Int, place: Int) -> Int {
        Int(relatedProducts[product * Self.relatedCount + place])
    }
}
