/// Two counts that are kept together, such as views and clicks.
struct Tally: Sendable, Equatable, Codable, BitwiseCopyable {
    /// What it is ranked by.
    var main: Int32 = 0
    var side: Int32 = 0

    var isZero: Bool { main == 0 && side == 0 }

    static func += (sum: inout Tally, other: Tally) {
        sum.main += other.main
        sum.side += other.side
    }

    static func -= (sum: inout Tally, other: Tally) {
        sum.main -= other.main
        sum.side -= other.side
    }
}

/// Where a key stands in a ranking.
struct Standing: Sendable, Equatable, Codable, BitwiseCopyable {
    var tally = Tally()
    /// What ranks it: its count, or where counts decay the logarithm of its weight, so that it stays the same
    /// as time goes by.
    var order = 0.0
}
