import Millrace
import Topologies

extension ShopViews {
    /// The products with the most distinct buyers in the last 30 days; of equally often bought ones the smaller
    /// id first.
    ///
    /// - Parameters:
    ///   - category: `nil` for all products. A category that is not known has none.
    ///   - limit: How many, up to 200.
    /// - Throws: ``StreamError`` if the topology has no best sellers.
    public func bestSellers(
        category: String? = nil, limit: Int = 10
    ) async throws -> BestSellersView {
        let board = try await bestSellerBoards().get(category)
        let best = board?.best(min(max(0, limit), Leaderboard.capacity)) ?? []
        return BestSellersView(
            category: category, asOf: try await asOf(),
            products: best.map {
                BestSellersView.Entry(
                    product: card($0.key, category: category),
                    buyers: Int($0.standing.tally.main), units: Int($0.standing.tally.side))
            })
    }

    /// The best sellers of each category, and of `nil` for all products.
    func bestSellerBoards() async throws -> StateSnapshot<String?, Leaderboard> {
        try await running.state("best-sellers", key: String?.self, value: Leaderboard.self)
    }
}
