import Millrace
import MillraceTesting
import Recommender
import Testing
import Topologies

@testable import Storefront

/// The live views hold what the reference results say, after a whole recording has passed.
@Suite(.enabled(if: ReferenceSet.isAvailable, ReferenceSet.reason))
struct ReferenceLiveProductsTests {
    private let name = "rees46-multicategory"

    /// The recording, in an order that is only nearly that of time.
    private func events(_ set: ReferenceSet) async throws -> [ShopEvent] {
        var events = try await set.results { $0 }
        var random = SeededGenerator(seed: 1)
        for start in stride(from: 0, to: events.count, by: 40) {
            events[start..<min(start + 40, events.count)].shuffle(using: &random)
        }
        return events
    }

    @Test func sellersTrendsAndCartsAreEqual() async throws {
        let set = try ReferenceSet(name)
        let expected = try set.expected("best_sellers")
        let end = Int64(try #require(expected["as_of_ms"].int))
        var run = try await ProductRun()
        run.delay = 3_600_000
        try await run.send(try await events(set), batch: 100)
        try run.driver.advance(to: end - 1)
        let sellers = try run.sellers()
        #expect(
            sellers.map { [$0.key.description, "\($0.standing.tally.main)"] }
                == expected["overall"].rows)
        var lines: [(ID, String)] = []
        try run.driver.state("best-sellers", key: String?.self, value: Leaderboard.self)
            .forEach { category, board in
                guard let category else { return }
                let best = board.best(10).map { "\($0.key):\($0.standing.tally.main)" }
                lines.append((ID(category), "\(category);\(best.joined(separator: ","))"))
            }
        let digest = try ReferenceSet.digest(lines.sorted { $0.0 < $1.0 }.map(\.1))
        #expect(digest == expected["digest_per_category"].string)

        var compared = 0
        for ranking in try await set.results({ trendingProducts($0) }) {
            // The kept ones go back a day; the last are still open.
            let age = end - ranking.window.end.millis
            guard age > 0, age < 86_400_000 else { continue }
            let minute = RollingRules.minute(of: ranking.window.end)
            let kept = try #require(try run.kept(.trending, endOf: minute)).prefix(10)
            #expect(kept.map(\.key) == ranking.top.map(\.product))
            #expect(kept.map { Int($0.standing.tally.main) } == ranking.top.map(\.views))
            compared += 1
        }
        #expect(compared > 30)
    }

    @Test func historiesAndSimilarProductsAreEqual() async throws {
        let set = try ReferenceSet(name)
        var run = try await ProductRun()
        run.delay = 40 * 86_400_000
        try await run.send(try await events(set), batch: 100)
        let state = try run.driver.state("neighbours", key: ID.self, value: ItemNeighbours<ID>.self)
        let options = SimilarityOptions()
        let now = Timestamp(millis: 0)
        for query in try set.expected("covisit")["queries"].array {
            let item = ID("\(try #require(query["item"].int))")
            let rows = state.get(item)?.similar(20, at: now, options: options) {
                state.get($0)?.count(at: now, options: options) ?? 0
            }
            .map { [$0.item.description, "\(Int($0.pairCount))", "\(Int($0.itemCount))"] }
            #expect(rows == query["similar"].rows.map { Array($0.prefix(3)) })
        }
        let histories = try await set.results {
            finalHistories($0, name: "final")
        }
        #expect(histories.count > 1000)
        for history in histories {
            // Products looked at in the same moment have no order of their own.
            let shown = try run.history(of: history.user).shown
            let oldest = shown.last?.time
            let sure = shown.filter { $0.time != oldest }.map(\.product)
            #expect(shown.count == history.products.count)
            #expect(Set(sure).isSubset(of: history.products))
        }
    }
}
