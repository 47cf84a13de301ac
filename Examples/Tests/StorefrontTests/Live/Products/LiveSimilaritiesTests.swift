import Millrace
import MillraceTesting
import Recommender
import Testing
import Topologies

@testable import Storefront

@Suite struct LiveSimilaritiesTests {
    @Test func similarProductsEqualThoseOfTheBatch() async throws {
        let events = shopEvents(800, seed: 8)
        let run = try await ProductRun(parallelism: 2)
        var random = SeededGenerator(seed: 2)
        try await run.send(events.shuffled(using: &random))
        let state = try run.driver.state("neighbours", key: ID.self, value: ItemNeighbours<ID>.self)
        let now = events[799].time
        let options = SimilarityOptions()
        let batch = try await results(of: events) { similarProducts($0) }
        #expect(batch.count > 20)
        for item in batch {
            let similar = state.get(item.item)?.similar(20, at: now, options: options) {
                state.get($0)?.count(at: now, options: options) ?? 0
            }
            #expect(similar == item.similar)
        }
    }

    @Test(arguments: [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true),
        ("Mozilla/5.0 (compatible; YandexBot/3.0)", true), ("SomeCrawler", true),
        ("Baiduspider/2.0", true), ("bot", true), ("Mozilla/5.0 (X11; Linux x86_64)", false),
        ("bo", false), ("", false),
    ])
    func crawlersHaveNoSay(agent: String, isCrawler: Bool) async throws {
        let run = try await ProductRun()
        for product in ["1", "2"] {
            let view = ShopEvent(
                .view, user: "u", product: ID(product), userAgent: agent,
                time: Timestamp(millis: 0))
            try run.driver.send(view, at: 0)
        }
        #expect(run.driver.stateCount(of: "neighbours") == (isCrawler ? 0 : 2))
    }

    @Test func limitsAreKept() async throws {
        var configuration = ProductRun.exact
        configuration.similarity = SimilarityOptions(historyLimit: 5, neighbourLimit: 4)
        let run = try await ProductRun(configuration)
        try await run.send(shopEvents(2000, seed: 2, users: 5))
        try run.driver.state("neighbours", key: ID.self, value: ItemNeighbours<ID>.self)
            .forEach { _, neighbours in #expect(neighbours.pairs.count < 8) }
        try run.driver.state("interests", key: ID.self, value: UserRatings<ID>.self)
            .forEach { _, ratings in #expect(ratings.count <= 5) }
    }
}
