import Foundation
public import Millrace
import Topologies

extension ShopViews {
    /// What is looked at, clicked and put into carts most: now, or as it was at the end of the minute before
    /// `time`, which may be up to 24 hours back.
    ///
    /// - Parameter limit: How many of each, up to 20.
    /// - Throws: ``StreamError`` if the topology has no rankings.
    public func rankings(at time: Timestamp? = nil, limit: Int = 10) async throws -> RankingsView {
        let kept = try await running.state(
            "minute-rankings", key: RankingMinute.self, value: KeptRanking.self)
        let limit = min(max(0, limit), LiveRanking.depth)
        guard let time else {
            let live = try await running.state(
                "rankings", key: RankingKind.self, value: LiveRanking.self)
            let asOf = RankingKind.allCases.compactMap { live.get($0)?.latest }.max() ?? .none
            return view(at: asOf, kept) { live.get($0)?.now.best(limit) ?? [] }
        }
        let minute = RollingRules.minute(of: time)
        let end = Timestamp(millis: Int64(minute) * RollingRules.minuteMillis)
        return view(at: end, kept) { Array(kept.ranking($0, at: minute).prefix(limit)) }
    }

    private func view(
        at time: Timestamp, _ kept: StateSnapshot<RankingMinute, KeptRanking>,
        _ places: (RankingKind) -> [Leaderboard.Place]
    ) -> RankingsView {
        let before =
            time == .none
            ? [] : kept.ranking(.trending, at: RollingRules.minute(of: time - .minutes(5)))
        let ranks = Dictionary(
            uniqueKeysWithValues: before.enumerated().map { ($1.key, $0 + 1) })
        let rules = RankingKind.trending.rules(configuration)
        return RankingsView(
            asOf: time,
            trending: places(.trending).enumerated().map { index, place in
                RankingsView.Trend(
                    rank: index + 1, product: card(place.key),
                    views: Int(place.standing.tally.main),
                    score: rules.score(of: place.standing, at: time),
                    previousRank: ranks[place.key])
            },
            pages: places(.pages).map {
                RankingsView.Page(
                    page: $0.key.description, views: Int($0.standing.tally.main),
                    clicks: Int($0.standing.tally.side))
            },
            carted: places(.carted).map {
                RankingsView.Carted(
                    product: card($0.key), additions: Int($0.standing.tally.main),
                    users: Int($0.standing.tally.side))
            })
    }
}

extension StateSnapshot<RankingMinute, KeptRanking> {
    /// A ranking at the beginning of a minute: that of the last minute before it in which it has changed.
    func ranking(_ kind: RankingKind, at minute: Int32) -> [Leaderboard.Place] {
        for back in 0...Int32(24 * 60) {
            if let kept = get(RankingMinute(kind: kind, minute: minute - back)) {
                return kept.places
            }
        }
        return []
    }
}

extension RollingRules {
    /// What a key weighs at `time`: its count unless counts decay.
    func score(of standing: Standing, at time: Timestamp) -> Double {
        guard let halfLifeMillis else { return standing.order }
        return exp2(standing.order - Double(time.millis) / halfLifeMillis)
    }
}
