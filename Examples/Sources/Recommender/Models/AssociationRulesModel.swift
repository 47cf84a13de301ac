/// Recommends what was visited in the same sessions as the last item, by the number of pairs of
/// visits, in whichever order.
///
/// Source: Ludewig and Jannach, "Evaluation of session-based recommendation algorithms", UMUAI 2018.
public struct AssociationRulesModel: SessionModel {
    private var rules: [ItemID: [ItemID: Double]] = [:]

    /// A model that has seen nothing.
    public init() {}

    /// The items that occur most often with the last item of the session.
    ///
    /// - Complexity: O(rules of the last item).
    public mutating func recommend(_ request: RecommendationRequest) -> [ItemID] {
        guard let last = request.items.last, let related = rules[last] else { return [] }
        return RankedItems.best(request.count, of: related, excluding: request.excluded)
    }

    /// Adds a rule to and from every visit of the session so far.
    ///
    /// - Complexity: O(session length).
    public mutating func learn(_ visit: Visit, after items: [ItemID]) {
        for item in items {
            rules[item, default: [:]][visit.item, default: 0] += 1
            rules[visit.item, default: [:]][item, default: 0] += 1
        }
    }
}
