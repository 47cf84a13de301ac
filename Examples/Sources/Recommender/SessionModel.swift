public import Millrace

/// What a list of recommendations is asked for.
public struct RecommendationRequest: Sendable {
    /// The session that goes on.
    public var session: Int64
    /// Who visits.
    public var user: Int64
    /// The items of the session so far, oldest first, repeats kept. Never empty.
    public var items: [ItemID]
    /// The time of the request (event time).
    public var time: Timestamp
    /// How many items are wanted.
    public var count: Int
    /// Whether items of the session so far are left out.
    public var excludesSeen: Bool

    /// A request for `count` items that may follow `items`.
    public init(
        session: Int64, user: Int64, items: [ItemID], time: Timestamp, count: Int = 20,
        excludesSeen: Bool = false
    ) {
        precondition(count > 0, "a list of recommendations has at least one place")
        self.session = session
        self.user = user
        self.items = items
        self.time = time
        self.count = count
        self.excludesSeen = excludesSeen
    }

    /// The items that must not be in the list.
    var excluded: Set<ItemID> { excludesSeen ? Set(items) : [] }
}

/// A recommender that learns every event as it comes and can be asked at any time in between.
///
/// Events come in event-time order; a model is a value, so a copy of it is a snapshot. Models are
/// deterministic: equal inputs give equal lists, ties go to the smaller id.
public protocol SessionModel: Sendable {
    /// At most `request.count` different items, the best first.
    mutating func recommend(_ request: RecommendationRequest) -> [ItemID]

    /// Takes in `visit`, which followed `items` (oldest first, repeats kept) in its session.
    mutating func learn(_ visit: Visit, after items: [ItemID])
}

extension Collection where Element == ItemID, Self: BidirectionalCollection {
    /// The different items, the most recent first, at most `limit`.
    func mostRecentDistinct(_ limit: Int = .max) -> [ItemID] {
        var found: [ItemID] = []
        for item in reversed() where !found.contains(item) {
            found.append(item)
            if found.count == limit { break }
        }
        return found
    }
}
