import Foundation

/// What is in demand during one period of six hours.
///
/// Within a category demand falls with the rank like a power law (Zipf). Over days products rise
/// and fall, by smooth noise of their own, and in each period a few surge for a while, as after a
/// mention somewhere.
final class Popularity: Sendable {
    static let periodMillis: Int64 = 6 * 3_600_000
    private static let knotPeriods: Int64 = 8
    private static let surgesPerPeriod = 3

    let period: Int64
    let categories: AliasTable
    private let products: [AliasTable]

    init(_ catalogue: ShopCatalogue, seed: UInt64, period: Int64) {
        self.period = period
        let surges = (0..<Self.surgesPerPeriod).map { place in
            var random = SeededRandom(
                drawn(.surge, seed, UInt64(bitPattern: period), UInt64(place)))
            return random.below(catalogue.products.count)
        }
        let day = (period * Self.periodMillis).floorDivided(by: 86_400_000)
        // 1970-01-01 was a Thursday.
        let isWeekend = (day + 3).floorRemainder(by: 7) >= 5
        categories = AliasTable(
            weights: catalogue.categories.enumerated().map { index, category in
                let noise = Self.noise(seed, UInt64(1_000_000 + index), period)
                return category.weight * exp(0.5 * noise)
                    * (isWeekend ? category.weekendFactor : 1)
            })
        products = catalogue.categories.map { category in
            AliasTable(
                weights: category.products.map { product in
                    let rank = Double(product - category.products.lowerBound)
                    let drift = exp(1.2 * Self.noise(seed, UInt64(product), period))
                    return pow(rank + 2, -0.9) * drift * (surges.contains(product) ? 25 : 1)
                })
        }
    }

    /// A product of the category, by demand.
    func product(in category: Int, of catalogue: ShopCatalogue, _ bits: UInt64) -> Int {
        catalogue.categories[category].products.lowerBound + products[category].index(bits)
    }

    /// From -1 to 1, a line from knot to knot, which are two days apart.
    private static func noise(_ seed: UInt64, _ subject: UInt64, _ period: Int64) -> Double {
        // Every subject turns at hours of its own.
        let shift = Int64(drawn(.drift, seed, subject) & 7)
        let knot = (period + shift).floorDivided(by: knotPeriods)
        let part = Double((period + shift) - knot * knotPeriods) / Double(knotPeriods)
        let from = drawn(.drift, seed, subject, UInt64(bitPattern: knot)).unit
        let to = drawn(.drift, seed, subject, UInt64(bitPattern: knot + 1)).unit
        return 2 * (from + (to - from) * part) - 1
    }
}

/// The popularity of the last two periods that were asked for: visits go on over the end of one.
struct PopularityCache {
    let catalogue: ShopCatalogue
    let seed: UInt64
    private var recent: Popularity
    private var other: Popularity

    init(catalogue: ShopCatalogue, seed: UInt64, at time: Int64) {
        self.catalogue = catalogue
        self.seed = seed
        let period = time.floorDivided(by: Popularity.periodMillis)
        recent = Popularity(catalogue, seed: seed, period: period)
        other = recent
    }

    mutating func popularity(at time: Int64) -> Popularity {
        let period = time.floorDivided(by: Popularity.periodMillis)
        if recent.period == period { return recent }
        swap(&recent, &other)
        if recent.period != period {
            recent = Popularity(catalogue, seed: seed, period: period)
        }
        return recent
    }
}

extension Int64 {
    func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return quotient * divisor > self ? quotient - 1 : quotient
    }

    func floorRemainder(by divisor: Int64) -> Int64 { self - floorDivided(by: divisor) * divisor }
}
