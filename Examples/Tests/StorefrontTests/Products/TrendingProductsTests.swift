import Millrace
import Storefront
import Testing
import Topologies

@Suite struct TrendingProductsTests {
    @Test(arguments: [1, 3])
    func tiesGoToTheSmallerProduct(parallelism: Int) async throws {
        let visits = ["10", "9", "9", "10", "8"].map { event(.view, "u", ID($0), at: 1) }
        let found = try await results(of: visits, parallelism: parallelism, restores: true) {
            trendingProducts($0, size: .seconds(10), every: .seconds(10), depth: 2)
        }
        #expect(found.map(\.views) == [5])
        #expect(found.map(\.products) == [3])
        #expect(found.first?.top.map(\.product) == ["9", "10"])
    }

    @Test func viewsThatDecayLoseToNewOnes() async throws {
        let visits =
            [event(.view, "u", "old", at: 0), event(.view, "u", "old", at: 1)]
            + [event(.view, "u", "new", at: 59)]
        let found = try await results(of: visits, restores: true) {
            trendingProducts(
                $0, size: .minutes(1), every: .minutes(1), halfLife: .seconds(10))
        }
        let top = try #require(found.first?.top)
        #expect(top.map(\.product) == ["new", "old"])
        #expect(top.map(\.views) == [1, 2])
        let expected = [0.933032991537, 0.032371460352]
        for (place, score) in zip(top, expected) { #expect(abs(place.score - score) < 1e-9) }
    }

    @Test func decayDoesNotDependOnTheOrder() {
        let count = DecayingCount<Int>(halfLife: .seconds(1))
        var forward = count.makeAccumulator()
        var backward = count.makeAccumulator()
        for millis in stride(from: Int64(0), to: 5000, by: 100) {
            count.add(0, at: Timestamp(millis: millis), to: &forward)
            count.add(0, at: Timestamp(millis: 4900 - millis), to: &backward)
        }
        let end = Timestamp(millis: 5000)
        let difference = count.weight(of: forward, at: end) - count.weight(of: backward, at: end)
        #expect(abs(difference) < 1e-9)
        #expect(forward.count == 50)
    }
}
