/// What the similarity state keeps, and for how long. The default keeps everything: exact counts.
public struct SimilarityOptions: Sendable, Equatable, Codable {
    /// How many of a user's items are remembered, the most recent ones; nil for all.
    ///
    /// A forgotten item counts as new when the user comes back to it.
    public var historyLimit: Int?
    /// How many neighbours an item keeps at least, the most similar ones; nil for all.
    ///
    /// It is pruned back to the limit whenever it holds twice as many. A neighbour that comes back
    /// starts from zero, so pair counts may be too small, never too large.
    public var neighbourLimit: Int?
    /// The time in which a count loses half of its weight; nil for counts that do not age.
    public var halfLife: Duration?

    /// Limits and ageing; whatever is left out is unlimited.
    @inlinable
    public init(
        historyLimit: Int? = nil, neighbourLimit: Int? = nil, halfLife: Duration? = nil
    ) {
        precondition((historyLimit ?? 1) > 0, "a user's history holds at least one item")
        precondition((neighbourLimit ?? 1) > 0, "an item has room for at least one neighbour")
        precondition((halfLife ?? .seconds(1)) > .zero, "a half-life is positive")
        self.historyLimit = historyLimit
        self.neighbourLimit = neighbourLimit
        self.halfLife = halfLife
    }
}
