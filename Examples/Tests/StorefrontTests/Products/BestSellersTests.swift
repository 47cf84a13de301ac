import Millrace
import Storefront
import Testing
import Topologies

@Suite struct BestSellersTests {
    private let day = 86_400.0

    @Test(arguments: [1, 2])
    func aProductFallsOutAfterThePeriod(parallelism: Int) async throws {
        let found = try await results(
            of: [
                event(.purchase, "a", "1", at: 0, quantity: 5),
                event(.purchase, "a", "1", at: 1), event(.purchase, "b", "2", at: day),
                event(.purchase, "c", "2", at: day), event(.purchase, "c", "3", at: 2, price: 0),
            ], parallelism: parallelism, restores: true
        ) { bestSellers($0, over: .days(2)) }
        .sorted { $0.period < $1.period }
        #expect(found.map { $0.top.map(\.product) } == [["1"], ["2", "1"], ["2"]])
        #expect(found.first?.top.map(\.buyers) == [1])
        #expect(found.first?.top.map(\.units) == [6])
    }

    @Test func eachCategoryHasItsRanking() async throws {
        let found = try await results(
            of: [
                event(.purchase, "a", "1", at: 0, category: "x"),
                event(.purchase, "b", "2", at: 0, category: "y"),
                event(.purchase, "c", "3", at: 0, category: "y"),
                event(.purchase, "a", "3", at: 0, category: "y"),
            ]
        ) { bestSellers($0, over: .days(1)) { $0.category } }
        .sorted { ($0.category ?? "") < ($1.category ?? "") }
        #expect(found.map(\.category) == ["x", "y"])
        #expect(found.map { $0.top.map(\.product) } == [["1"], ["3", "2"]])
    }
}
