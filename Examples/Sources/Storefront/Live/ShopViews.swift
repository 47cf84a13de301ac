import Millrace
public import Topologies

/// What a running shop knows: each answer is a consistent snapshot of the state, taken between two batches,
/// and never stops the stream.
public struct ShopViews: Sendable {
    let running: RunningTopology
    let funnelDefinitions: [Funnel]

    /// The products that a user has looked at last, newest first.
    public func history(of user: ID) async throws -> BrowsingHistory {
        let histories = try await running.state("history", key: ID.self, value: [ID].self)
        return BrowsingHistory(user: user, products: histories.get(user) ?? [])
    }
}
