import Millrace
import MillraceTesting
import Testing
import Topologies

@testable import Storefront

@Suite struct LiveRankingsTests {
    private let events = shopEvents(1500, seed: 3, every: 5_000)

    /// The minute that a window of the batch ends with.
    private func minute(_ window: Window) -> Int32 { RollingRules.minute(of: window.end) }

    @Test(arguments: [nil, Duration.minutes(10)])
    func keptTrendsEqualThoseOfTheBatch(halfLife: Duration?) async throws {
        var configuration = ProductRun.exact
        configuration.trendingHalfLife = halfLife
        let run = try await ProductRun(parallelism: 2, configuration)
        // Batches of some minutes: what is kept must not depend on how far the newest events are.
        try await run.send(events, batch: 64)
        try run.driver.advance(to: events[1499].time.millis + 3_600_000)
        let batch = try await results(of: events) {
            trendingProducts($0, depth: 20, halfLife: halfLife)
        }
        #expect(batch.count > 20)
        for ranking in batch {
            let places = try #require(try run.kept(.trending, endOf: minute(ranking.window)))
            let expected = ranking.top.map { Int32($0.views) }
            if halfLife == nil {
                #expect(places.map(\.standing.tally.main) == expected)
                #expect(places.map(\.key) == ranking.top.map(\.product))
            }
            for (place, other) in zip(places, ranking.top) {
                let score = RankingKind.trending.rules(configuration)
                    .score(of: place.standing, at: ranking.window.end)
                #expect(abs(score - other.score) < 1e-6 * other.score)
            }
        }
    }

    @Test func cartsAndPagesEqualThoseOfTheBatch() async throws {
        let run = try await ProductRun()
        try await run.send(events)
        let carted = try await results(of: events) { mostCarted($0) }
        let carts = Dictionary(
            uniqueKeysWithValues: try run.best(.carted).map { ($0.key, $0.standing.tally) })
        #expect(carts.count == carted.count)
        for product in carted {
            let tally = Tally(main: Int32(product.additions), side: Int32(product.users))
            #expect(carts[product.product] == tally)
        }
        let popular = try await results(of: events) { popularPages($0) }
        let pages = Dictionary(
            uniqueKeysWithValues: try run.best(.pages).map { ($0.key, $0.standing.tally) })
        #expect(pages.count == popular.count)
        for page in popular {
            let tally = Tally(main: Int32(page.views), side: Int32(page.clicks))
            #expect(pages[ID(page.page)] == tally)
        }
    }

    @Test func aUserWhoAddsAgainStaysOneUserUntilADayHasPassed() async throws {
        let run = try await ProductRun()
        let hour = 3600.0
        try await run.send([
            event(.addToCart, "a", "p", at: 0), event(.addToCart, "b", "p", at: 1),
            event(.addToCart, "a", "p", at: 20 * hour),
        ])
        #expect(try run.best(.carted).map(\.standing.tally) == [Tally(main: 3, side: 2)])
        try run.driver.advance(to: Int64(25 * hour) * 1000)
        #expect(try run.best(.carted).map(\.standing.tally) == [Tally(main: 1, side: 1)])
    }

    @Test func aLateViewCountsFromTheNextMinuteOn() async throws {
        let run = try await ProductRun()
        try run.driver.send(event(.view, "a", "p", at: 30), at: 30_000)
        try run.driver.advance(to: 179_999)
        try run.driver.send(event(.view, "b", "p", at: 40), at: 40_000)
        try run.driver.advance(to: 239_999)
        #expect(try run.kept(.trending, endOf: 1)?.map(\.standing.tally.main) == [1])
        #expect(try run.kept(.trending, endOf: 4)?.map(\.standing.tally.main) == [2])
        try run.driver.advance(to: 61 * 60_000 - 2)
        #expect(try run.best(.trending).map(\.standing.tally.main) == [2])
        try run.driver.advance(to: 61 * 60_000 - 1)
        #expect(try run.best(.trending).isEmpty)
    }

    @Test func aLeaderboardKeepsTheBestOfMany() {
        var board = Leaderboard()
        var random = SeededGenerator(seed: 5)
        var counts: [ID: Int32] = [:]
        for _ in 0..<50_000 {
            let number = min(
                Int.random(in: 0..<3000, using: &random), Int.random(in: 0..<3000, using: &random))
            counts[ID("\(number)"), default: 0] += 1
            let count = counts[ID("\(number)")] ?? 0
            board.set(
                ID("\(number)"), Standing(tally: Tally(main: count), order: Double(count)))
        }
        let expected = counts.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key
        }
        for limit in [0, 1, 10, 50, 200] {
            #expect(board.best(limit).map(\.key) == expected.prefix(limit).map(\.key))
        }
        #expect(board.count < 2 * Leaderboard.capacity)
        for key in counts.keys { board.set(key, Standing()) }
        #expect(board.count == 0)
    }
}
