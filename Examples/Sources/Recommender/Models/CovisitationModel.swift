/// Recommends items that occur in the same sessions as the latest ones: item-based nearest
/// neighbours, updated with every event.
///
/// The similarity of two items is the cosine of their binary session vectors,
/// sessions with both / sqrt(sessions with one · sessions with the other)
/// (Sarwar et al., "Item-based collaborative filtering", WWW 2001).
public struct CovisitationModel: SessionModel {
    private let depth: Int
    private var sessions: [ItemID: Int] = [:]
    private var shared: [ItemID: [ItemID: Int]] = [:]

    /// A model that adds up the similarities to the `depth` most recent different items.
    public init(depth: Int = 1) {
        precondition(depth > 0, "at least the last item counts")
        self.depth = depth
    }

    /// The items most similar to the latest ones of the session.
    ///
    /// - Complexity: O(neighbours of the `depth` items).
    public mutating func recommend(_ request: RecommendationRequest) -> [ItemID] {
        var scores: [ItemID: Double] = [:]
        for item in request.items.mostRecentDistinct(depth) {
            let own = Double(sessions[item, default: 0])
            for (other, both) in shared[item, default: [:]] {
                let product = own * Double(sessions[other, default: 0])
                scores[other, default: 0] += Double(both) / product.squareRoot()
            }
        }
        return RankedItems.best(request.count, of: scores, excluding: request.excluded)
    }

    /// Counts the item with every different item of its session; a repeat changes nothing.
    ///
    /// - Complexity: O(different items of the session).
    public mutating func learn(_ visit: Visit, after items: [ItemID]) {
        guard !items.contains(visit.item) else { return }
        sessions[visit.item, default: 0] += 1
        for other in Set(items) {
            shared[visit.item, default: [:]][other, default: 0] += 1
            shared[other, default: [:]][visit.item, default: 0] += 1
        }
    }
}
