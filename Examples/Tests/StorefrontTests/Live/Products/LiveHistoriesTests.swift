import Millrace
import MillraceTesting
import Testing
import Topologies

@testable import Storefront

@Suite struct LiveHistoriesTests {
    @Test func historiesEqualThoseOfTheBatch() async throws {
        let events = shopEvents(900, seed: 4)
        let run = try await ProductRun()
        try await run.send(events)
        let batch = try await results(of: events) {
            finalHistories($0, name: "final")
        }
        #expect(batch.count == 40)
        for history in batch {
            #expect(try run.history(of: history.user).shown.map(\.product) == history.products)
        }
    }

    private func deletion(_ product: ID, at second: Double) -> ShopEvent {
        event(.forget, "u", product, at: second)
    }

    @Test func aDeletionWorksInAnyOrderAndGivesRoomToAnOlderProduct() async throws {
        let views = (0..<12).map { event(.view, "u", ID("\($0)"), at: Double($0)) }
        for events in [views + [deletion("7", at: 7)], [deletion("7", at: 7)] + views] {
            let run = try await ProductRun()
            try await run.send(events)
            let shown = try run.history(of: "u").shown.map(\.product.description)
            #expect(shown == ["11", "10", "9", "8", "6", "5", "4", "3", "2", "1"])
            try await run.send([event(.view, "u", "7", at: 20)])
            #expect(try run.history(of: "u").shown.first?.product == "7")
        }
    }

    @Test func otherViewsKnowNothingOfDeletions() async throws {
        let run = try await ProductRun()
        try await run.send([event(.view, "u", "1", at: 0)])
        let before = try run.everything().filter { !$0.hasPrefix("history") }
        try await run.send([deletion("1", at: 0)])
        #expect(try run.everything().filter { !$0.hasPrefix("history") } == before)
        #expect(try run.history(of: "u").shown.isEmpty)
        #expect(!EventType.forget.isPublic)
        #expect(EventType(name: "forget_product") == .forget)
    }
}
