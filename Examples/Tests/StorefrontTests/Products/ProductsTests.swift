import Millrace
import MillraceTesting
import Recommender
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

@Suite struct PopularityTests {
    @Test func pagesAndClicks() async throws {
        let visits = [
            event(.pageView, "a", nil, at: 0, page: "/a"),
            event(.click, "a", nil, at: 1, page: "/a"),
            event(.view, "b", "7", at: 2), event(.scroll, "b", nil, at: 3, page: "/a"),
            event(.pageView, "a", nil, at: 60, page: "/b"),
        ]
        let found = try await results(of: visits, restores: true) { popularPages($0) }
            .sorted { $0.page < $1.page }
        #expect(found.map(\.page) == ["/a", "/b", "7"])
        #expect(found.map(\.views) == [1, 1, 1])
        #expect(found.map(\.clicks) == [1, 0, 0])
        let top = try await results(of: visits, parallelism: 2) { topPages($0) }
            .sorted { $0.window < $1.window }
        #expect(top.map { $0.top.map(\.page) } == [["/a", "7"], ["/b"]])
    }

    @Test func cartsOfOneUserAreOneUser() async throws {
        let found = try await results(
            of: [
                event(.addToCart, "a", at: 0), event(.addToCart, "a", at: 1),
                event(.addToCart, "b", at: 2), event(.removeFromCart, "b", at: 3),
            ], restores: true
        ) { mostCarted($0) }
        #expect(found.map(\.additions) == [3])
        #expect(found.map(\.users) == [2])
    }
}

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

@Suite struct BrowsingHistoriesTests {
    private func driver() async throws -> TopologyDriver<HistoryChange, String> {
        try await TopologyDriver<HistoryChange, String> { changes in
            let histories = browsingHistories(changes, depth: 3)
            let receipts = histories.sideOutput(deletionReceipts)
                .map { "deleted \($0.product): \($0.isDeleted)" }
            return
                histories
                .map { $0.products.map(\.description).joined(separator: " ") }
                .union(receipts)
        }
    }

    @Test func aRepeatedViewMovesToTheFront() async throws {
        let driver = try await driver()
        for (second, product) in ["1", "2", "1", "3", "4"].enumerated() {
            try driver.send(.viewed(user: "u", product: ID(product)), at: Int64(second))
            try await driver.snapshotAndRestore()
        }
        #expect(driver.takeOutput() == ["1", "2 1", "1 2", "3 1 2", "4 3 1"])
    }

    @Test func deletionsAreAnswered() async throws {
        let driver = try await driver()
        try driver.send(.viewed(user: "u", product: "1"), at: 0)
        try driver.send(.deleted(user: "u", product: "2"), at: 1)
        try driver.send(.deleted(user: "v", product: "1"), at: 2)
        try driver.send(.deleted(user: "u", product: "1"), at: 3)
        try driver.send(.viewed(user: "u", product: "5"), at: 4)
        try driver.finish()
        let found = driver.takeOutput()
        #expect(found.filter { !$0.hasPrefix("deleted") } == ["1", "", "5"])
        #expect(
            found.filter { $0.hasPrefix("deleted") } == [
                "deleted 2: false", "deleted 1: false", "deleted 1: true",
            ])
    }
}

@Suite struct SimilarProductsTests {
    @Test func productsOfTheSameUsersAreSimilar() async throws {
        let found = try await results(
            of: [
                event(.view, "a", "1", at: 0), event(.purchase, "a", "2", at: 1),
                event(.view, "b", "1", at: 2), event(.pageView, "b", nil, at: 3, page: "/"),
            ], restores: true
        ) { similarProducts($0) }
        let first = try #require(found.first { $0.item == "1" })
        #expect(first.similar.map(\.item) == ["2"])
        #expect(first.similar.map(\.pairCount) == [1])
    }
}
