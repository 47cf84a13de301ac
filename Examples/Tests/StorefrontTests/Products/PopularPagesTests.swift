import Millrace
import Storefront
import Testing
import Topologies

@Suite struct PopularPagesTests {
    @Test func pagesAndClicks() async throws {
        let visits = [
            event(.pageView, "a", nil, at: 0, page: "/a"),
            event(.click, "a", nil, at: 1, page: "/a"),
            event(.view, "b", "7", at: 2), event(.scroll, "b", nil, at: 3, page: "/a"),
            event(.pageView, "a", nil, at: 60, page: "/b"),
        ]
        let found = try await results(of: visits, restores: true) { popularPages($0) }
            .sorted { $0.page < $1.page }
        #expect(found.map(\.page) == ["/a", "/b", "7"])
        #expect(found.map(\.views) == [1, 1, 1])
        #expect(found.map(\.clicks) == [1, 0, 0])
        let top = try await results(of: visits, parallelism: 2) { topPages($0) }
            .sorted { $0.window < $1.window }
        #expect(top.map { $0.top.map(\.page) } == [["/a", "7"], ["/b"]])
    }

    @Test func cartsOfOneUserAreOneUser() async throws {
        let found = try await results(
            of: [
                event(.addToCart, "a", at: 0), event(.addToCart, "a", at: 1),
                event(.addToCart, "b", at: 2), event(.removeFromCart, "b", at: 3),
            ], restores: true
        ) { mostCarted($0) }
        #expect(found.map(\.additions) == [3])
        #expect(found.map(\.users) == [2])
    }
}
