/// Recommends what the most similar sessions hold, late items of the session counting more: VSKNN.
///
/// Candidates are, for each different item of the session, the sessions that got it most recently.
/// An item's weight is its last position / the length of the session. The similarity of a candidate
/// is the sum of the weights of the common items / the number of different items of the session.
/// A neighbour adds similarity / steps back to the most recent common item to each of its items.
///
/// Source: Ludewig and Jannach, "Evaluation of session-based recommendation algorithms", UMUAI 2018.
public struct SessionNeighboursModel: SessionModel {
    private struct Known {
        var items: [ItemID] = []
        var lastActive = 0
    }

    private let neighbourCount: Int
    private let sampleSize: Int
    private var clock = 0
    private var known: [Int64: Known] = [:]
    /// The sessions with an item, those that got it last at the end.
    private var sessionsByItem: [ItemID: [Int64]] = [:]

    /// A model that takes the `neighbourCount` nearest of the `sampleSize` newest sessions per item.
    public init(neighbourCount: Int = 100, sampleSize: Int = 500) {
        precondition(neighbourCount > 0 && sampleSize > 0, "there is at least one neighbour")
        self.neighbourCount = neighbourCount
        self.sampleSize = sampleSize
    }

    /// The items that weigh most in the nearest sessions.
    ///
    /// - Complexity: O(different items of the session · sample size + items of the neighbours).
    public mutating func recommend(_ request: RecommendationRequest) -> [ItemID] {
        let recent = request.items.mostRecentDistinct()
        var similarity: [Int64: (weight: Double, steps: Int)] = [:]
        for item in recent {
            guard let place = request.items.lastIndex(of: item) else { continue }
            let weight = Double(place + 1) / Double(request.items.count)
            var taken = 0
            for session in sessionsByItem[item, default: []].reversed()
            where session != request.session {
                // The items come newest first, so the first common one is the most recent.
                similarity[session, default: (0, request.items.count - place)].weight += weight
                taken += 1
                if taken == sampleSize { break }
            }
        }
        var scores: [ItemID: Double] = [:]
        for (session, match) in nearest(similarity) {
            let share = match.weight / Double(recent.count) / Double(match.steps)
            for item in known[session]?.items ?? [] { scores[item, default: 0] += share }
        }
        return RankedItems.best(request.count, of: scores, excluding: request.excluded)
    }

    private func nearest(
        _ similarity: [Int64: (weight: Double, steps: Int)]
    ) -> [(session: Int64, match: (weight: Double, steps: Int))] {
        let candidates = similarity.map { session, match in
            (session: session, match: match, active: known[session]?.lastActive ?? 0)
        }.sorted { a, b in
            if a.match.weight != b.match.weight { return a.match.weight > b.match.weight }
            if a.active != b.active { return a.active > b.active }
            return a.session < b.session
        }
        return candidates.prefix(neighbourCount).map { ($0.session, $0.match) }
    }

    /// Adds the item to its session; a repeat only marks the session as active.
    ///
    /// - Complexity: O(session length).
    public mutating func learn(_ visit: Visit, after items: [ItemID]) {
        clock += 1
        known[visit.session, default: Known()].lastActive = clock
        if items.contains(visit.item) { return }
        known[visit.session, default: Known()].items.append(visit.item)
        sessionsByItem[visit.item, default: []].append(visit.session)
    }
}
