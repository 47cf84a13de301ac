import Millrace
import Storefront
import Testing
import Topologies

@Suite struct ShopSessionsTests {
    @Test(arguments: [false, true])
    func aSessionSaysHowItWent(restores: Bool) async throws {
        let found = try await results(
            of: [
                event(.pageView, "a", nil, at: 0, page: "/"),
                event(.search, "a", nil, at: 10),
                event(.view, "a", "1", at: 20),
                event(.addToCart, "a", "1", at: 30),
                event(.purchase, "a", "1", at: 60, page: "/thanks", price: 2500, quantity: 2),
                event(.view, "b", "9", at: 61),
                event(.view, "a", "2", at: 60 + 1800),
            ], parallelism: restores ? 2 : 1, restores: restores
        ) { shopSessions($0) }
        let first = try #require(found.first { $0.user == "a" })
        #expect(first.duration == .seconds(60))
        #expect(first.summary.events == 5)
        #expect(first.summary.views == 2)
        #expect(first.summary.entry == "/")
        #expect(first.summary.exit == "/thanks")
        #expect(first.summary.revenue == 5000)
        #expect(first.isConverted)
        #expect(!first.isBounce)
        #expect(found.count == 3)
        #expect(found.count { $0.isBounce } == 2)
    }

    @Test func endsAndTotalsOfSessions() async throws {
        let visits = [
            event(.view, "a", "1", at: 0), event(.view, "a", "2", at: 5),
            event(.view, "b", "1", at: 0), event(.purchase, "c", "3", at: 7, price: 1),
        ]
        let ends = try await results(of: visits) { sessionEnds(shopSessions($0), at: .entry) }
        #expect(ends.first?.pages.map(\.page) == ["1", "3"])
        #expect(ends.first?.pages.map(\.sessions) == [2, 1])
        let totals = try await results(of: visits, restores: true) {
            sessionStatistics(shopSessions($0))
        }
        #expect(totals.map(\.sessions) == [3])
        #expect(totals.map(\.bounces) == [2])
        #expect(totals.map(\.converted) == [1])
    }
}

@Suite struct ConversionsTests {
    @Test(arguments: [1, 3])
    func whatIsGivenAwayIsNotSold(parallelism: Int) async throws {
        let found = try await results(
            of: [
                event(.view, "a", at: 0), event(.purchase, "a", at: 1, price: 1250, quantity: 2),
                event(.purchase, "a", at: 2, price: 1), event(.purchase, "b", at: 3, price: 0),
                event(.scroll, "c", nil, at: 4), event(.view, "a", at: 3600),
            ], parallelism: parallelism, restores: parallelism > 1
        ) { conversions($0) }
        .sorted { $0.window < $1.window }
        let first = try #require(found.first)
        #expect(found.count == 2)
        #expect(first.views == 1)
        #expect(first.purchases == 2)
        #expect(first.revenue == Money(thousandths: 2501))
        #expect(first.buyers == 1)
        #expect(first.users == 3)
        #expect(first.rate == 1.0 / 3)
    }
}

@Suite struct AudienceTests {
    @Test func aUserCountsOncePerWindow() async throws {
        let visits = [
            event(.view, "a", at: 1), event(.click, "a", nil, at: 2), event(.view, "b", at: 3),
            event(.view, "a", at: 61),
        ]
        let exact = try await results(of: visits, parallelism: 2, restores: true) {
            audience($0, in: .minute)
        }
        #expect(exact.sorted { $0.window < $1.window }.map(\.users) == [2, 1])
        let approximate = try await results(of: visits, restores: true) {
            approximateAudience($0, in: .minute)
        }
        #expect(approximate.sorted { $0.window < $1.window }.map(\.users) == [2, 1])
    }
}

@Suite struct JourneysTests {
    private let visits = [
        event(.pageView, "a", nil, at: 0, page: "/"), event(.view, "a", "1", at: 1),
        event(.search, "a", nil, at: 2), event(.view, "a", "1", at: 2),
        event(.view, "b", "1", at: 3), event(.view, "a", "1", at: 3000),
    ]

    @Test func aPathHasEveryStepInOrder() async throws {
        let found = try await results(of: visits, parallelism: 2, restores: true) {
            topPaths(journeys($0))
        }
        #expect(found.first?.sessions == 3)
        #expect(found.first?.distinctPaths == 2)
        #expect(found.first?.top.map(\.path) == ["view", "page>view>search>view"])
    }

    @Test func transitionsOfPagesLeaveOutStepsWithoutOne() async throws {
        let pages = try await results(of: visits) { pageTransitions(journeys($0)) }
            .sorted { $0.transition < $1.transition }
        #expect(pages.map(\.transition.from) == ["/", "1"])
        #expect(pages.map(\.transition.to) == ["1", "1"])
        let types = try await results(of: visits) { typeTransitions(journeys($0)) }
        #expect(types.count == 3)
    }
}

@Suite struct DevicesTests {
    @Test func eventsWithoutADeviceAreLeftOut() async throws {
        let phone: [String: JSONValue] = ["device_group": .number("1"), "os": .text("x")]
        let found = try await results(
            of: [
                event(.view, "a", at: 0, session: "s", properties: phone),
                event(.view, "b", at: 1, session: "t", properties: phone),
                event(.view, "b", at: 2, session: "t", properties: phone), event(.view, at: 3),
            ], restores: true
        ) { deviceStatistics($0) }
        #expect(found.map { [$0.visits, $0.users, $0.sessions] } == [[3, 2, 2]])
    }

    @Test func aGivenSessionMayHaveLongPauses() async throws {
        let found = try await results(
            of: [
                event(.view, at: 0, session: "s"), event(.view, at: 9999, session: "s"),
                event(.view, at: 2),
            ]
        ) { givenSessions($0) }
        #expect(found.map(\.events) == [2])
        #expect(found.map(\.end.millis) == [9_999_000])
    }
}
