import Millrace
public import Topologies

extension ShopViews {
    /// The last ten products that a user has looked at, newest first. A user who is not known has none.
    /// - Throws: ``StreamError`` if the topology has no histories.
    public func history(of user: ID) async throws -> HistoryView {
        let shown = try await visitorHistory(of: user).shown
        return HistoryView(
            user: user,
            products: shown.map {
                HistoryView.Entry(product: card($0.product, category: $0.category), time: $0.time)
            })
    }

    /// Everything that is kept of a user's history.
    func visitorHistory(of user: ID?) async throws -> VisitorHistory {
        guard let user else { return VisitorHistory() }
        let histories = try await running.state("history", key: ID.self, value: VisitorHistory.self)
        return histories.get(user) ?? VisitorHistory()
    }

    /// A product as the catalogue has it; one that it does not have, with what events say of it.
    func card(_ product: ID, category: String? = nil) -> CatalogueProduct {
        catalogue[product] ?? CatalogueProduct(id: product, category: category)
    }

    /// The time of the newest event that a ranking has counted.
    func asOf() async throws -> Timestamp {
        let rankings = try await running.state(
            "rankings", key: RankingKind.self, value: LiveRanking.self)
        return RankingKind.allCases.compactMap { rankings.get($0)?.latest }.max() ?? .none
    }
}
