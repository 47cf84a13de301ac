import Foundation
import Millrace
import Recommender

/// A visit with what a test wants to say about it.
func visit(
    _ item: ItemID, session: Int64 = 1, user: Int64 = 1, at seconds: Int64 = 0, category: Int64 = 0
) -> Visit {
    Visit(
        time: Timestamp(millis: seconds * 1000), user: user, session: session, item: item,
        category: category)
}

extension SessionModel {
    /// Learns whole sessions, one after the other, a visit per second.
    mutating func learn(sessions: [[ItemID]]) {
        var second: Int64 = 0
        for (number, items) in sessions.enumerated() {
            for place in items.indices {
                let visit = visit(
                    items[place], session: Int64(number), user: Int64(number), at: second)
                learn(visit, after: Array(items[..<place]))
                second += 1
            }
        }
    }

    /// The list for a new session of `items`.
    mutating func recommend(
        after items: [ItemID], at seconds: Int64 = 1000, count: Int = 20, excludesSeen: Bool = false
    ) -> [ItemID] {
        recommend(
            RecommendationRequest(
                session: 999, user: 999, items: items, time: Timestamp(millis: seconds * 1000),
                count: count, excludesSeen: excludesSeen))
    }
}
