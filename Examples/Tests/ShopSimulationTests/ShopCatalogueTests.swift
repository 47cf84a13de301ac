import Millrace
import ShopSimulation
import Testing

@Suite struct ShopCatalogueTests {
    @Test(arguments: [100, 300, 3000])
    func everyProductIsInItsCategory(count: Int) {
        let catalogue = smallTraffic { $0.products = count }.catalogue
        #expect(catalogue.products.count == count)
        #expect(Set(catalogue.products.map(\.id)).count == count)
        #expect(catalogue.products.allSatisfy { $0.price > 0 })
        for (index, category) in catalogue.categories.enumerated() {
            #expect(!category.products.isEmpty)
            #expect(catalogue.products[category.products].allSatisfy { $0.category == index })
        }
    }

    @Test func fewProductsGetMostOfTheViews() {
        let counts = Self.views(sample).values.sorted(by: >)
        let all = counts.reduce(0, +)
        #expect(counts.prefix(30).reduce(0, +) * 100 > all * 25)
        #expect(counts.count > 250)
    }

    @Test func demandDrifts() {
        let start = smallTraffic(eventsPerSecond: 1)
        let later = smallTraffic(eventsPerSecond: 1, start: mondayMorning + .days(28))
        let first = Self.leaders(Array(start.prefix(8_000)))
        let second = Self.leaders(Array(later.prefix(8_000)))
        #expect(first != second)
        #expect((3...18).contains(first.intersection(second).count))
    }

    private static func views(_ arrivals: [ShopArrival]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for arrival in arrivals where arrival.event.type == .view && !arrival.traits.contains(.bot)
        {
            counts[arrival.event.productID ?? "", default: 0] += 1
        }
        return counts
    }

    /// The twenty products that are viewed most.
    private static func leaders(_ arrivals: [ShopArrival]) -> Set<String> {
        let sorted = views(arrivals).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return Set(sorted.prefix(20).map(\.key))
    }
}
