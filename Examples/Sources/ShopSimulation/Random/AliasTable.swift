/// Draws an index by weight (Vose: A linear algorithm for generating random numbers with a given
/// distribution, 1991).
///
/// - Complexity: O(n) to make, O(1) to draw.
struct AliasTable: Sendable {
    private var thresholds: [Double]
    private var aliases: [Int32]

    init(weights: [Double]) {
        let scale = Double(weights.count) / weights.reduce(0, +)
        thresholds = weights.map { $0 * scale }
        aliases = weights.indices.map(Int32.init)
        var small = thresholds.indices.filter { thresholds[$0] < 1 }
        var large = thresholds.indices.filter { thresholds[$0] >= 1 }
        while let poor = small.popLast(), let rich = large.popLast() {
            aliases[poor] = Int32(rich)
            thresholds[rich] -= 1 - thresholds[poor]
            if thresholds[rich] < 1 { small.append(rich) } else { large.append(rich) }
        }
    }

    /// The index for 64 random bits.
    func index(_ bits: UInt64) -> Int {
        let (column, rest) = bits.multipliedFullWidth(by: UInt64(thresholds.count))
        let index = Int(column)
        return rest.unit < thresholds[index] ? index : Int(aliases[index])
    }
}
