/// The items that may be recommended, each with its features: rows of lanes in one array.
struct CandidateTable: Codable {
    /// What each group of four lanes of a row holds. The first six have a lane for each horizon.
    enum Group: Int, CaseIterable {
        /// How likely the item follows the last one, as a logarithm.
        case afterLast
        /// How likely it follows the latest different items, as a logarithm.
        case afterRecent
        /// Its share of all visits, as a logarithm.
        case visits
        /// Its share of the visits that went on with a session, as a logarithm.
        case continuations
        /// The mean of the estimates above, as a logarithm.
        case mixture
        /// How likely the item follows the last one, as it is.
        case afterLastPlain
        /// Whether it is in the session; 1 / steps back; whether it is the last; how often.
        case session
        /// 1 / √(steps back in the user's history); the last item's category; share of the session
        /// in its category; whether it is the last but one.
        case affinity
    }
    static let width = Group.allCases.count

    private(set) var items: [Int32] = []
    private(set) var features: [Lanes] = []
    /// The row of each item, -1 for none.
    private var rows: [Int32] = []

    /// Removes all candidates, keeps the memory.
    mutating func removeAll(itemCount: Int) {
        for item in items { rows[Int(item)] = -1 }
        while rows.count < itemCount { rows.append(-1) }
        items.removeAll(keepingCapacity: true)
        features.removeAll(keepingCapacity: true)
    }

    /// The row of a candidate, if it is one.
    func row(of item: Int32) -> Int? {
        let row = Int(rows[Int(item)])
        return row < 0 ? nil : row
    }

    /// The row of a candidate, which becomes one if it is not.
    @inline(__always) @discardableResult
    mutating func insert(_ item: Int32) -> Int {
        let known = Int(rows[Int(item)])
        if known >= 0 { return known }
        rows[Int(item)] = Int32(items.count)
        items.append(item)
        for _ in 0..<Self.width { features.append(.zero) }
        return items.count - 1
    }

    /// Four features of a row.
    @inline(__always)
    subscript(row: Int, group: Group) -> Lanes {
        get { features[row * Self.width + group.rawValue] }
        _modify { yield &features[row * Self.width + group.rawValue] }
    }
}
