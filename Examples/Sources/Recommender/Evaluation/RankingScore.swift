/// How well lists held what came next: hit rate and mean reciprocal rank.
public struct RankingScore: Sendable, Equatable {
    /// The lists that were made.
    public private(set) var predictions = 0
    /// The lists that held the next item.
    public private(set) var hits = 0
    private var reciprocalRanks = 0.0

    /// A score of no lists.
    public init() {}

    /// The share of lists that held the next item; 0 without lists.
    public var hitRate: Double { predictions == 0 ? 0 : Double(hits) / Double(predictions) }

    /// The mean of 1 / rank of the next item, 0 for a list without it; 0 without lists.
    public var meanReciprocalRank: Double {
        predictions == 0 ? 0 : reciprocalRanks / Double(predictions)
    }

    /// Judges one list by what came next.
    public mutating func add(_ list: [ItemID], actual: ItemID) {
        predictions += 1
        guard let place = list.firstIndex(of: actual) else { return }
        hits += 1
        reciprocalRanks += 1 / Double(place + 1)
    }
}
