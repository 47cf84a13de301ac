import Millrace
import Recommender
public import Topologies

extension ShopViews {
    /// What to show a user, best first: ten products at most.
    ///
    /// The list follows every event of the user at once; a product deleted from the history has no part in it
    /// any more. A user without a history gets what sells best, and the basis says so.
    /// - Throws: ``StreamError`` if the topology has no recommendations.
    public func recommendations(
        for user: ID?, limit: Int = 10
    ) async throws -> RecommendationsView {
        async let history = visitorHistory(of: user)
        async let neighbours = running.state(
            "neighbours", key: ID.self, value: ItemNeighbours<ID>.self)
        async let boards = bestSellerBoards()
        async let newest = asOf()
        let maker = ListMaker(
            history: try await history, neighbours: try await neighbours,
            boards: try await boards, options: configuration.similarity)
        let (basis, products) = maker.list(min(max(0, limit), 10))
        return RecommendationsView(
            user: user, basis: basis, asOf: try await newest,
            products: products.map {
                RecommendationsView.Entry(
                    product: card($0.product), score: $0.score, reason: $0.reason)
            })
    }
}
