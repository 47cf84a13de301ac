import Millrace
import MillraceTesting
import Testing
import Topologies

@Suite struct SessionizationTests {
    @Test func aSilenceOfTheGapBeginsANewSession() async throws {
        let driver = try await TopologyDriver<Click, Session> {
            sessions($0, gap: .minutes(30))
        }
        for (minute, type) in [(0, "view"), (10, "purchase"), (40, "view"), (69, "view")] {
            let time = Timestamp(millis: Int64(minute) * 60_000)
            try driver.send(Click(time: time, user: "u", item: "i", type: type), at: time.millis)
        }
        try driver.finish()
        let found = driver.takeOutput().map {
            [$0.start.millis, $0.end.millis, Int64($0.events), Int64($0.purchases)]
        }
        #expect(found == [[0, 600_000, 2, 1], [2_400_000, 4_140_000, 2, 0]])
    }
}

@Suite struct TrendingTests {
    @Test(arguments: [1, 3])
    func tiesAreBrokenByTheSmallerItem(parallelism: Int) async throws {
        let driver = try await TopologyDriver<Click, Ranking>(parallelism: parallelism) {
            trending($0, types: ["view"], size: .seconds(10), every: .seconds(10), depth: 2)
        }
        for item in ["10", "9", "9", "10", "8", "cart"] {
            let type = item == "cart" ? "cart" : "view"
            try driver.send(
                Click(time: Timestamp(millis: 1), user: "u", item: ID(item), type: type), at: 1)
        }
        try driver.finish()
        let rankings = driver.takeOutput()
        #expect(rankings.count == 1)
        #expect(rankings.first?.events == 5)
        #expect(rankings.first?.items == 3)
        #expect(rankings.first?.top.map(\.item) == ["9", "10"])
    }
}

@Suite struct ActiveUsersTests {
    @Test func aUserCountsOncePerWindow() async throws {
        let driver = try await TopologyDriver<Click, ActiveUsers> {
            activeUsers($0, in: .sliding(size: .seconds(10), every: .seconds(5)))
        }
        for (user, second) in [("a", 1), ("a", 2), ("b", 3), ("a", 7)] {
            let time = Timestamp(millis: Int64(second) * 1000)
            try driver.send(Click(time: time, user: ID(user), item: "i"), at: time.millis)
        }
        try driver.finish()
        #expect(driver.takeOutput().map(\.users) == [2, 2, 1])
    }
}
