/// Evaluates models test-then-learn: each visit is predicted from what came before it, then learned.
///
/// Visits come in event-time order. The first visit of a session is learned only.
///
/// Source: Gama, Sebastião, Rodrigues, "On evaluating stream learning algorithms", ML 2013.
public struct PrequentialEvaluation: Sendable {
    /// One model and how it did.
    public struct Entry: Sendable {
        /// The model's name in reports.
        public let name: String
        /// The score of all lists so far.
        public fileprivate(set) var score = RankingScore()
        /// The time spent on lists.
        public fileprivate(set) var recommending = Duration.zero
        /// The time spent on learning.
        public fileprivate(set) var learning = Duration.zero
        fileprivate var model: any SessionModel
    }

    /// The models, in the order given.
    public private(set) var entries: [Entry]
    /// The visits taken so far.
    public private(set) var visitCount = 0
    private let listLength: Int
    private let excludesSeen: Bool
    private var sessions: [Int64: [ItemID]] = [:]

    /// An evaluation of `models` on lists of `listLength` items, which leave out the items of the
    /// session so far where `excludesSeen`.
    public init(
        _ models: KeyValuePairs<String, any SessionModel>, listLength: Int = 20,
        excludesSeen: Bool = false
    ) {
        entries = models.map { Entry(name: $0.key, model: $0.value) }
        self.listLength = listLength
        self.excludesSeen = excludesSeen
    }

    /// Predicts the visit with every model where its session has an earlier one, then learns it.
    public mutating func consume(_ visit: Visit) {
        let items = sessions[visit.session, default: []]
        let clock = ContinuousClock()
        for index in entries.indices {
            let start = clock.now
            var listed = start
            if !items.isEmpty {
                let list = entries[index].model.recommend(
                    RecommendationRequest(
                        session: visit.session, user: visit.user, items: items, time: visit.time,
                        count: listLength, excludesSeen: excludesSeen))
                listed = clock.now
                entries[index].score.add(list, actual: visit.item)
                entries[index].recommending += listed - start
            }
            entries[index].model.learn(visit, after: items)
            entries[index].learning += clock.now - listed
        }
        sessions[visit.session, default: []].append(visit.item)
        visitCount += 1
    }
}
