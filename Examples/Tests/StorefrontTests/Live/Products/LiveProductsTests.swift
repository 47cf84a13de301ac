import Millrace
import MillraceTesting
import Recommender
import Testing
import Topologies

@testable import Storefront

@Suite struct LiveProductsTests {
    @Test(arguments: 1...4)
    func theOrderDoesNotMatter(seed: UInt64) async throws {
        let events = shopEvents(400, seed: seed)
        var random = SeededGenerator(seed: seed)
        var ordered = try await ProductRun()
        ordered.delay = 86_400_000
        try await ordered.send(events)
        var shuffled = try await ProductRun(parallelism: 2)
        shuffled.delay = 86_400_000
        try await shuffled.send(events.shuffled(using: &random))
        let expected = try ordered.everything()
        #expect(expected.count > 50)
        #expect(try shuffled.everything() == expected)
    }

    @Test func aRestoreBehindEachBatchChangesNothing() async throws {
        let events = shopEvents(600, seed: 9, every: 20_000)
        let plain = try await ProductRun()
        try await plain.send(events)
        let restored = try await ProductRun(parallelism: 2)
        try await restored.send(events, restores: true)
        #expect(try restored.everything() == plain.everything())
        let minute = RollingRules.minute(of: events[500].time)
        for kind in RankingKind.allCases {
            #expect(try restored.kept(kind, endOf: minute) == plain.kept(kind, endOf: minute))
        }
        #expect(try plain.kept(.trending, endOf: minute)?.isEmpty == false)
    }

    @Test func everythingIsGoneWhenItsTimeIsOver() async throws {
        let run = try await ProductRun()
        let events = shopEvents(300)
        try await run.send(events)
        #expect(run.stateCount > 100)
        try run.driver.advance(to: events[299].time.millis + 91 * 86_400_000)
        #expect(run.stateCount == 0)
    }

    @Test func anEventThatIsTooLateCountsNowhere() async throws {
        let run = try await ProductRun()
        try run.driver.advance(to: 40 * 86_400_000)
        try run.driver.send(event(.view, "u", "p", at: 0), at: 0)
        try run.driver.send(event(.addToCart, "u", "p", at: 0), at: 0)
        try run.driver.send(event(.purchase, "u", "p", at: 0), at: 0)
        for kind in RankingKind.allCases { #expect(try run.best(kind).isEmpty) }
        #expect(try run.sellers().isEmpty)
        #expect(run.driver.stateCount(of: "product-views") == 0)
        #expect(run.driver.stateCount(of: "sales") == 0)
    }
}
