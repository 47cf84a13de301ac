import Millrace
import MillraceTesting
import Testing

@Suite struct OpenWindowsTests {
    private typealias Counts = [Windowed<String, Int>]

    private func driver(
        _ kind: WindowKind<String>, lateness: Duration = .zero, parallelism: Int = 1
    ) async throws -> TopologyDriver<String, Windowed<String, Int>> {
        try await TopologyDriver(parallelism: parallelism) { words in
            words.keyed(by: { $0 }).window(kind).allowedLateness(lateness)
                .aggregate(.count(), name: "counts")
        }
    }

    private func counts(
        _ word: String, _ driver: TopologyDriver<String, Windowed<String, Int>>
    ) throws -> [String]? {
        try driver.state("counts", key: String.self, value: Counts.self).get(word)?.map {
            "\($0.window.start.millis)…\($0.window.end.millis): \($0.value)"
        }
    }

    @Test func tumblingWindowsAreReadBeforeTheyFire() async throws {
        let driver = try await driver(.tumbling(.seconds(1)))
        try driver.send([("a", 100), ("a", 900), ("b", 1100), ("a", 1500)])
        #expect(try counts("a", driver) == ["0…1000: 2", "1000…2000: 1"])
        #expect(try counts("b", driver) == ["1000…2000: 1"])
        #expect(try counts("c", driver) == nil)
        try driver.advance(to: 1200)
        #expect(try counts("a", driver) == ["1000…2000: 1"])
        let state = try driver.state("counts", key: String.self, value: Counts.self)
        #expect(state.count == 2)
    }

    @Test func slidingWindowsArePutTogetherFromPanes() async throws {
        let driver = try await driver(.sliding(size: .seconds(3), every: .seconds(1)))
        try driver.send([("a", 3100), ("a", 4100), ("b", 4200)])
        #expect(
            try counts("a", driver) == [
                "1000…4000: 1", "2000…5000: 2", "3000…6000: 2", "4000…7000: 1",
            ])
        let state = try driver.state("counts", key: String.self, value: Counts.self)
        #expect(state.count == 2)
        var keys: [String] = []
        state.forEach { key, _ in keys.append(key) }
        #expect(keys.sorted() == ["a", "b"])
        try driver.advance(to: 4999)
        #expect(try counts("a", driver) == ["3000…6000: 2", "4000…7000: 1"])
    }

    @Test func windowsThatWaitForLateElementsAreOpen() async throws {
        let driver = try await driver(.tumbling(.seconds(1)), lateness: .seconds(1))
        try driver.send("a", at: 100)
        try driver.advance(to: 1500)
        #expect(try counts("a", driver) == ["0…1000: 1"])
        try driver.advance(to: 1999)
        #expect(try counts("a", driver) == nil)
    }

    @Test(arguments: [1, 4])
    func sessionsAreReadWhileTheyLast(parallelism: Int) async throws {
        let driver = try await driver(.session(gap: .seconds(1)), parallelism: parallelism)
        try driver.send([("a", 100), ("a", 600), ("a", 5000), ("b", 700)])
        #expect(try counts("a", driver) == ["100…1600: 2", "5000…6000: 1"])
        #expect(try counts("b", driver) == ["700…1700: 1"])
        try driver.advance(to: 2000)
        #expect(try counts("a", driver) == ["5000…6000: 1"])
        #expect(try counts("b", driver) == nil)
    }

    @Test func aWindowForAllTimeIsRead() async throws {
        let driver = try await driver(.global)
        try driver.send([("a", 100), ("a", 600)])
        let state = try driver.state("counts", key: String.self, value: Counts.self)
        #expect(state.get("a")?.map(\.value) == [2])
    }
}
