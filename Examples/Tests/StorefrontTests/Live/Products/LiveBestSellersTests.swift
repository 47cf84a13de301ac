import Millrace
import MillraceTesting
import Testing
import Topologies

@testable import Storefront

@Suite struct LiveBestSellersTests {
    private let day: Int64 = 86_400_000

    @Test func sellersEqualThoseOfTheBatchEachMidnight() async throws {
        // Some 80 days, so that sales leave as well.
        let events = shopEvents(1200, seed: 6, every: 5_760_000)
        let overall = try await results(of: events) { bestSellers($0) }
        let categories = try await results(of: events) {
            bestSellers($0, name: "by-category") { $0.category }
        }
        let batch = (overall + categories).sorted { $0.period.end < $1.period.end }
        let run = try await ProductRun(parallelism: 2)
        var sent = 0
        var random = SeededGenerator(seed: 1)
        for ranking in batch {
            let due = events[sent...].prefix { $0.time < ranking.period.end }.shuffled(
                using: &random)
            sent += due.count
            for event in due { try run.driver.send(event, at: event.time.millis) }
            try run.driver.advance(to: ranking.period.end.millis - 1)
            let places = try run.sellers(ranking.category)
            #expect(places.map(\.key) == ranking.top.map(\.product))
            #expect(places.map(\.standing.tally.main) == ranking.top.map { Int32($0.buyers) })
            #expect(places.map(\.standing.tally.side) == ranking.top.map { Int32($0.units) })
        }
        #expect(batch.count > 300)
        try run.driver.advance(to: events[1199].time.millis + 31 * day)
        for name in ["sales", "sellers", "best-sellers"] {
            #expect(run.driver.stateCount(of: name) == 0)
        }
    }
}
