/// The kinds of products that a shop has, and how their names, prices and searches are made.
struct Assortment {
    let name: String
    /// How many of the products belong to it, relative to the others.
    let size: Double
    /// How much it is asked for, relative to the others.
    let weight: Double
    /// How much more it is asked for on Saturdays and Sundays.
    let weekendFactor: Double
    let prices: ClosedRange<Double>
    let nouns: [String]

    init(
        _ name: String, size: Double, weight: Double, weekend: Double,
        _ prices: ClosedRange<Double>,
        _ nouns: String
    ) {
        self.name = name
        self.size = size
        self.weight = weight
        weekendFactor = weekend
        self.prices = prices
        self.nouns = nouns.split(separator: " ").map(String.init)
    }

    static let all = [
        Assortment(
            "Electronics", size: 9, weight: 12, weekend: 1, 9...1500,
            "headphones speaker camera tablet charger"),
        Assortment(
            "Computers", size: 7, weight: 9, weekend: 0.8, 15...2500,
            "laptop keyboard mouse monitor dock"),
        Assortment(
            "Phones", size: 5, weight: 10, weekend: 1, 8...1300, "phone case cable stand battery"),
        Assortment(
            "Shoes", size: 8, weight: 8, weekend: 1.2, 25...220,
            "sneakers boots sandals loafers slippers"),
        Assortment(
            "Women", size: 10, weight: 11, weekend: 1.2, 12...260, "dress blouse jeans coat skirt"),
        Assortment(
            "Men", size: 8, weight: 7, weekend: 1.1, 12...280, "shirt jeans jacket sweater shorts"),
        Assortment(
            "Kids", size: 6, weight: 5, weekend: 1.2, 8...90, "pyjamas jacket hat rucksack raincoat"
        ),
        Assortment(
            "Toys", size: 6, weight: 6, weekend: 1.5, 5...150, "puzzle blocks doll train game"),
        Assortment(
            "Books", size: 12, weight: 6, weekend: 1.1, 5...60,
            "novel cookbook atlas biography thriller"),
        Assortment(
            "Home", size: 8, weight: 6, weekend: 1.3, 6...400, "lamp rug cushion mirror vase"),
        Assortment(
            "Kitchen", size: 7, weight: 6, weekend: 1.2, 5...450, "pan kettle knife blender bowl"),
        Assortment(
            "Garden", size: 5, weight: 4, weekend: 1.7, 4...600, "hose chair planter spade grill"),
        Assortment(
            "Sports", size: 7, weight: 6, weekend: 1.2, 8...700, "ball racket mat tent bottle"),
        Assortment(
            "Bicycles", size: 3, weight: 3, weekend: 1.4, 10...3200,
            "bicycle helmet lock pump saddle"),
        Assortment(
            "Beauty", size: 7, weight: 7, weekend: 1, 4...120, "cream shampoo perfume brush soap"),
        Assortment(
            "Health", size: 4, weight: 3, weekend: 0.9, 4...90,
            "vitamins thermometer plasters scale tea"),
        Assortment("Pets", size: 4, weight: 4, weekend: 1, 3...180, "leash basket food toy brush"),
        Assortment(
            "Office", size: 5, weight: 4, weekend: 0.4, 2...350, "notebook pen chair printer folder"
        ),
        Assortment(
            "Tools", size: 5, weight: 3, weekend: 1.5, 5...480, "drill hammer saw ladder screws"),
        Assortment(
            "Music", size: 3, weight: 2, weekend: 1.2, 8...1900,
            "guitar strings piano drum microphone"),
    ]

    private static let adjectives = [
        "Classic", "Compact", "Light", "Solid", "Soft", "Bright", "Quiet", "Urban", "Nordic",
        "Vintage", "Modern", "Slim", "Robust", "Smart", "Natural", "Blue", "Red", "Black", "White",
        "Green",
    ]

    var slug: String { name.lowercased() }

    /// Makes a product; most are in the lower part of the price range.
    func product(
        _ number: Int, category: Int, _ random: inout SeededRandom
    ) -> ShopCatalogue.Product {
        let adjective = Self.adjectives[random.below(Self.adjectives.count)]
        let noun = nouns[random.below(nouns.count)]
        let part = random.unit() * random.unit() * random.unit()
        let whole = (prices.lowerBound + (prices.upperBound - prices.lowerBound) * part).rounded()
        return ShopCatalogue.Product(
            id: "p\(number)", name: "\(adjective) \(noun) \(number)", category: category,
            price: (whole * 100 - 1) / 100,
            url: "/p/\(slug)/\(adjective.lowercased())-\(noun)-\(number)")
    }

    /// What visitors search for here, most frequent first.
    var searches: [ShopCatalogue.Search] {
        let described = nouns.flatMap { noun in
            Self.adjectives.prefix(6).map { "\($0.lowercased()) \(noun)" }
        }
        return (nouns + described).map {
            ShopCatalogue.Search(
                query: $0, url: "/search?q=" + $0.split(separator: " ").joined(separator: "+"))
        }
    }
}
