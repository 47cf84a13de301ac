import Millrace
import Storefront
import Testing
import Topologies

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
