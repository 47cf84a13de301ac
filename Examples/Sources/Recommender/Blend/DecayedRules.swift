/// Rules "a, then b" whose weights fade, over all horizons at once.
struct DecayedRules: Codable {
    fileprivate struct Rule: Codable {
        var weights: Lanes
        var time: Double
        var item: Int32
    }
    fileprivate struct Row: Codable {
        var rules: [Rule] = []
        var total = Lanes.zero
        var time = 0.0
    }

    private var rows: [Row] = []
    private let limit: Int

    /// Each item has between half of `limit` and `limit` rules once it had that many.
    init(limit: Int) { self.limit = limit }

    /// Adds `weight` to the rule from `item` to `next`; times are seconds.
    ///
    /// - Complexity: O(limit).
    mutating func add(_ item: Int32, _ next: Int32, _ weight: Float, at time: Double) {
        let index = Int(item)
        while rows.count <= index { rows.append(Row()) }
        rows[index].add(next, weight, at: time, limit: limit)
    }

    /// Calls `body` with each item that followed `item` and the estimates of how likely it follows.
    ///
    /// - Complexity: O(limit).
    @inline(__always)
    func forEach(from item: Int32, at time: Double, _ body: (Int32, Lanes) -> Void) {
        guard Int(item) < rows.count, !rows[Int(item)].rules.isEmpty else { return }
        let row = rows[Int(item)]
        // The 1 makes few observations count less: a rule that was seen once is a weak one.
        let total = row.total * Horizons.decay(time - row.time) + 1
        for rule in row.rules {
            body(rule.item, rule.weights * Horizons.decay(time - rule.time) / total)
        }
    }
}

extension DecayedRules.Row {
    fileprivate mutating func add(_ next: Int32, _ weight: Float, at now: Double, limit: Int) {
        total = total * Horizons.decay(now - time) + weight
        time = now
        for index in rules.indices where rules[index].item == next {
            let faded = rules[index].weights * Horizons.decay(now - rules[index].time)
            rules[index].weights = faded + weight
            rules[index].time = now
            return
        }
        if rules.count == limit {
            for index in rules.indices {
                rules[index].weights *= Horizons.decay(now - rules[index].time)
                rules[index].time = now
            }
            rules.sort {
                let (a, b) = ($0.weights.w, $1.weights.w)
                return a != b ? a > b : $0.item < $1.item
            }
            rules.removeLast(limit - limit / 2)
        }
        rules.append(DecayedRules.Rule(weights: Lanes(repeating: weight), time: now, item: next))
    }
}
