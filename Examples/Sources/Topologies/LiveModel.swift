import Millrace
import Recommender

/// A model that learns every view and recommends after it.
struct LiveModel: Sendable, Codable {
    private var reader: VisitReader
    private var model = BlendModel()
    private var sessions: [Int64: [ItemID]] = [:]

    init(sessionGap: Duration) { reader = VisitReader(sessionGap: sessionGap) }

    /// Learns a click; what to show next if it is a view.
    mutating func recommend(after click: Click, count: Int, excludesSeen: Bool) -> [ID]? {
        guard let visit = reader.visit(click) else { return nil }
        model.learn(visit, after: sessions[visit.session, default: []])
        sessions[visit.session, default: []].append(visit.item)
        let request = RecommendationRequest(
            session: visit.session, user: visit.user,
            items: sessions[visit.session, default: []], time: visit.time, count: count,
            excludesSeen: excludesSeen)
        return model.recommend(request).map { reader.id(of: $0) }
    }
}
