import Millrace
import MillraceTesting
import Storefront
import Testing
import Topologies

@Suite struct IntakeTests {
    /// What comes through, and why the rest did not.
    private func intakeDriver() async throws -> TopologyDriver<ShopEvent, String> {
        try await TopologyDriver<ShopEvent, String> { events in
            var refused: DataStream<RefusedEvent>?
            let clean = intake(events) { refused = $0 }
            let reasons = try #require(refused).map { "\($0.reason) \($0.event?.id ?? "?")" }
            return clean.map { "\($0.id ?? "?")" }.union(reasons)
        }
    }

    @Test func eventsComeOutInOrderAndOnce() async throws {
        let driver = try await intakeDriver()
        let day = 86_400.0
        for (id, second) in [("b", 20.0), ("a", 10), ("b", 25), ("c", 30), ("b", 20 + 2 * day)] {
            let event = event(.view, at: second, id: id)
            try driver.send(event, at: event.time.millis)
        }
        try driver.finish()
        let found = driver.takeOutput()
        #expect(found.filter { $0.count == 1 } == ["a", "b", "c", "b"])
        #expect(found.filter { $0.count > 1 } == ["duplicate b"])
    }

    @Test func eventsBehindTheWatermarkAreLate() async throws {
        let driver = try await intakeDriver()
        try driver.send(event(.view, at: 100, id: "a"), at: 100_000)
        try driver.advance(to: 100_000)
        try driver.send(event(.view, at: 99, id: "b"), at: 99_000)
        try driver.finish()
        #expect(driver.takeOutput() == ["a", "late b"])
    }

    @Test(arguments: [1, 2, 3])
    func theOrderHoldsAcrossPartitions(parallelism: Int) async throws {
        let driver = try await TopologyDriver<ShopEvent, BrowsingHistory>(
            parallelism: parallelism, shuffleSeed: 7
        ) { events in
            browsingHistories(views(intake(events)), depth: 40)
        }
        // Ids spread a user's events over the partitions that look for repeats.
        for second in (0..<40).reversed() {
            let event = event(.view, "u", ID("\(second)"), at: Double(second), id: "e\(second)")
            try driver.send(event, at: event.time.millis)
        }
        try driver.finish()
        let newestFirst = (0..<40).reversed().map { ID("\($0)") }
        #expect(driver.takeOutput().last?.products == newestFirst)
    }

    @Test func eventsWithoutIdAreNeverRepeats() async throws {
        let found = try await results(of: [event(.view, at: 1), event(.view, at: 1)]) {
            intake($0)
        }
        #expect(found.count == 2)
    }

    @Test func heldEventsAreInTheCheckpoint() async throws {
        let driver = try await intakeDriver()
        for (id, second) in [("b", 2), ("a", 1), ("b", 3)] {
            let event = event(
                .view, at: Double(second), id: id, properties: ["x": .array([.number("1")])])
            try driver.send(event, at: event.time.millis)
            try await driver.snapshotAndRestore()
        }
        try driver.finish()
        #expect(driver.takeOutput().sorted() == ["a", "b", "duplicate b"])
    }

    @Test func repeatsAreCounted() async throws {
        let found = try await results(
            of: [
                event(.view, at: 1, page: "/a"), event(.view, at: 1, page: "/a"),
                event(.view, at: 11), event(.view, at: 12), event(.addToCart, at: 12),
            ], restores: true
        ) { duplicateReport($0) }
        // The view at 11 s is 10 s behind the one that was kept, which is still a repeat.
        #expect(found.map(\.events) == [5])
        #expect(found.map(\.distinct) == [4])
        #expect(found.map(\.kept) == [3])
    }
}
