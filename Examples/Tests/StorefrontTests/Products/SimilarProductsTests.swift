import Millrace
import Recommender
import Storefront
import Testing
import Topologies

@Suite struct SimilarProductsTests {
    @Test func productsOfTheSameUsersAreSimilar() async throws {
        let found = try await results(
            of: [
                event(.view, "a", "1", at: 0), event(.purchase, "a", "2", at: 1),
                event(.view, "b", "1", at: 2), event(.pageView, "b", nil, at: 3, page: "/"),
            ], restores: true
        ) { similarProducts($0) }
        let first = try #require(found.first { $0.item == "1" })
        #expect(first.similar.map(\.item) == ["2"])
        #expect(first.similar.map(\.pairCount) == [1])
    }
}
