/// Recommends what has been visited most so far.
public struct PopularityModel: SessionModel {
    private var visits: [ItemID: Int] = [:]
    /// The most visited items, best first. Counts only grow, one at a time, so the leaders can be
    /// kept exactly by looking at the one item that changed.
    private var leaders: [(item: ItemID, visits: Int)] = []
    private let leaderLimit: Int

    /// A model that has seen nothing. Lists of up to `leaderLimit` items, those left out included,
    /// come without a pass over all items.
    public init(leaderLimit: Int = 128) {
        precondition(leaderLimit > 0, "the list of leaders has at least one place")
        self.leaderLimit = leaderLimit
    }

    /// The most visited items so far.
    ///
    /// - Complexity: O(`count` + session length); O(items) where that exceeds the leader limit.
    public mutating func recommend(_ request: RecommendationRequest) -> [ItemID] {
        let excluded = request.excluded
        if request.count + excluded.count <= leaderLimit {
            let allowed = leaders.lazy.map(\.item).filter { !excluded.contains($0) }
            return Array(allowed.prefix(request.count))
        }
        let scores = visits.lazy.map { (key: $0.key, value: Double($0.value)) }
        return RankedItems.best(request.count, of: scores, excluding: excluded)
    }

    /// Counts the visit.
    ///
    /// - Complexity: O(leader limit).
    public mutating func learn(_ visit: Visit, after items: [ItemID]) {
        let count = visits[visit.item, default: 0] + 1
        visits[visit.item] = count
        var place: Int
        if let known = leaders.firstIndex(where: { $0.item == visit.item }) {
            leaders[known].visits = count
            place = known
        } else {
            leaders.append((visit.item, count))
            place = leaders.count - 1
        }
        while place > 0, Self.precedes(leaders[place], leaders[place - 1]) {
            leaders.swapAt(place, place - 1)
            place -= 1
        }
        if leaders.count > leaderLimit { leaders.removeLast() }
    }

    private static func precedes(
        _ a: (item: ItemID, visits: Int), _ b: (item: ItemID, visits: Int)
    ) -> Bool {
        a.visits != b.visits ? a.visits > b.visits : a.item < b.item
    }
}
