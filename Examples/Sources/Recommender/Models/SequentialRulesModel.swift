/// Recommends what followed the last item: rules "a, then b" weighted by 1 / steps between them.
///
/// Source: Ludewig and Jannach, "Evaluation of session-based recommendation algorithms", UMUAI 2018.
public struct SequentialRulesModel: SessionModel {
    private let stepLimit: Int
    private var rules: [ItemID: [ItemID: Double]] = [:]

    /// A model whose rules span at most `stepLimit` steps.
    public init(stepLimit: Int = 10) {
        precondition(stepLimit > 0, "a rule spans at least one step")
        self.stepLimit = stepLimit
    }

    /// The items that most often followed the last item of the session.
    ///
    /// - Complexity: O(rules of the last item).
    public mutating func recommend(_ request: RecommendationRequest) -> [ItemID] {
        guard let last = request.items.last, let following = rules[last] else { return [] }
        return RankedItems.best(request.count, of: following, excluding: request.excluded)
    }

    /// Adds a rule from each of the latest items of the session to the visited one.
    ///
    /// - Complexity: O(step limit).
    public mutating func learn(_ visit: Visit, after items: [ItemID]) {
        for (before, item) in items.reversed().prefix(stepLimit).enumerated() {
            rules[item, default: [:]][visit.item, default: 0] += 1 / Double(before + 1)
        }
    }
}
