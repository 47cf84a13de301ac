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
