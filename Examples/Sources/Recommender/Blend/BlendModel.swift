import Millrace

/// Recommends by a blend of many signals, whose weights are learned from the stream as well.
///
/// Signals are what follows the last and the latest items, what is popular now and where sessions
/// go on, all over several horizons at once; what the session and the user have seen before; and the
/// category. Each visit of a session that goes on is a lesson in which signals would have told it.
/// There is nothing to set for a data set: the blend finds out whether people come back to
/// what they have seen, and how fast the world changes.
///
/// The memory grows with the items (a bounded list of rules each, 2^31 items at most), the users (a
/// bounded history each) and the categories, not with the visits.
public struct BlendModel: SessionModel, Codable {
    var numbers = Interner<ItemID>()
    var ids: [ItemID] = []
    var categories: [Int64] = []
    var rules = DecayedRules(limit: 128)
    var visits = DecayedCounts()
    var continuations = DecayedCounts()
    var popular: [Leaders] = (0..<4).map { _ in Leaders(limit: 32) }
    var popularByCategory: [Int64: Leaders] = [:]
    var histories: [Int64: [Int32]] = [:]
    var candidates = CandidateTable()
    private var blend: OnlineSoftmax
    private var epochMillis: Int64?

    /// A model that has seen nothing. `rate` is the size of the first steps of its weights.
    public init(rate: Float = 0.1) {
        precondition(rate > 0, "a model that learns has a positive rate")
        var weights = [Lanes](repeating: .zero, count: CandidateTable.width)
        // Before it has learned anything, the blend is the mean of the estimates.
        weights[CandidateTable.Group.mixture.rawValue] = Lanes(repeating: 1)
        blend = OnlineSoftmax(weights: weights, rate: rate)
    }

    /// The candidates that the blend finds most likely to come next.
    ///
    /// - Complexity: O(candidates): at most a few hundred rules for each of the latest items.
    public mutating func recommend(_ request: RecommendationRequest) -> [ItemID] {
        gatherCandidates(request.items, user: request.user, at: seconds(request.time))
        let excluded = request.excluded
        var ranked = RankedItems(capacity: request.count)
        for (row, score) in blend.scores(candidates.features).enumerated() {
            let id = ids[Int(candidates.items[row])]
            if !excluded.contains(id) { ranked.offer(id, score: Double(score)) }
        }
        return ranked.items
    }

    /// Adjusts the blend to what was visited, then takes the visit into every signal.
    ///
    /// - Complexity: that of ``recommend(_:)``.
    public mutating func learn(_ visit: Visit, after items: [ItemID]) {
        let now = seconds(visit.time)
        let item = number(of: visit)
        if !items.isEmpty {
            gatherCandidates(items, user: visit.user, at: now)
            if let row = candidates.row(of: item) {
                blend.learn(chosen: row, among: candidates.features)
            }
            continuations.add(item, at: now)
        }
        addRules(to: item, after: items, at: now)
        count(item, category: visit.category, at: now)
        remember(item, of: visit.user)
    }

    /// The order in which two items were visited says something, but not everything: the rule back
    /// is added as well, with less weight.
    private mutating func addRules(to item: Int32, after items: [ItemID], at now: Double) {
        for (before, id) in items.reversed().prefix(10).enumerated() {
            guard let earlier = known(id) else { continue }
            let weight = 1 / Float(before + 1)
            rules.add(earlier, item, weight, at: now)
            if earlier != item { rules.add(item, earlier, 0.3 * weight, at: now) }
        }
    }

    private mutating func count(_ item: Int32, category: Int64, at now: Double) {
        visits.add(item, at: now)
        for lane in popular.indices {
            popular[lane].update(item) { visits.weights(of: $0, at: now)[lane] }
        }
        guard category != 0 else { return }
        popularByCategory[category, default: Leaders(limit: 20)].update(item) {
            visits.weights(of: $0, at: now)[2]
        }
    }

    private mutating func remember(_ item: Int32, of user: Int64) {
        var history = histories.removeValue(forKey: user) ?? []
        history.removeAll { $0 == item }
        if history.count == 20 { history.removeFirst() }
        history.append(item)
        histories[user] = history
    }

    private mutating func number(of visit: Visit) -> Int32 {
        let number = numbers.number(of: visit.item)
        if number == Int64(ids.count) {
            ids.append(visit.item)
            categories.append(visit.category)
        }
        return Int32(number)
    }

    /// The number of an item that has been learned.
    func known(_ id: ItemID) -> Int32? { numbers.known(id).map(Int32.init) }

    /// Seconds since the first visit.
    private mutating func seconds(_ time: Timestamp) -> Double {
        let epoch = epochMillis ?? time.millis
        epochMillis = epoch
        return Double(time.millis - epoch) / 1000
    }
}
