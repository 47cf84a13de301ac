import Millrace
import Topologies

/// What is ranked.
enum RankingKind: UInt8, StreamKey, Codable, CaseIterable {
    /// Products by views in the last hour.
    case trending
    /// Pages by views in the last 24 hours, with clicks.
    case pages
    /// Products by additions to carts in the last 24 hours, with users.
    case carted

    var stableHash: UInt64 { rawValue.stableHash }

    func rules(_ configuration: ShopConfiguration) -> RollingRules {
        switch self {
        case .trending:
            RollingRules(span: .hours(1), halfLife: configuration.trendingHalfLife)
        case .pages, .carted: RollingRules(span: .days(1), pane: .minutes(15))
        }
    }
}

/// Something that counts towards a ranking.
struct Contribution: Sendable {
    var key: ID
    var tally: Tally
    var time: Timestamp
}

/// The three rankings, as they are now and as they were at the end of each minute of the last 24 hours.
func liveRankings(_ events: DataStream<ShopEvent>, _ configuration: ShopConfiguration) {
    let views = events.compactMap(name: "viewed-products") { event -> Contribution? in
        guard event.type == .view, let product = event.product else { return nil }
        return Contribution(key: product, tally: Tally(main: 1), time: event.time)
    }
    let pages = events.compactMap(name: "visited-pages") { event -> Contribution? in
        guard event.isView || event.type == .click, let place = event.place else { return nil }
        let tally = event.isView ? Tally(main: 1) : Tally(side: 1)
        return Contribution(key: ID(place), tally: tally, time: event.time)
    }
    let changes = rollingCounts(views, .trending, configuration, name: "product-views")
        .union(
            rollingCounts(pages, .pages, configuration, name: "page-views"),
            rollingCounts(cartedProducts(events), .carted, configuration, name: "product-carts"))
    let kept = rankings(changes, name: "rankings")
        .keyed(by: { RankingMinute(kind: $0.kind, minute: $0.minute) })
        .process(
            "minute-rankings", state: KeptRanking.self, output: Int.self,
            // A little longer than what may be asked for, so that its five minutes before are there too.
            expiry: .eventTime(.hours(25))
        ) { ranking, kept, _ in
            kept = KeptRanking(ranking.places)
        }
    kept.forEach(name: "rankings-kept") { _, _ in }
}

/// A ranking at the beginning of a minute.
struct RankingMinute: StreamKey, Codable {
    var kind: RankingKind
    var minute: Int32

    var stableHash: UInt64 { kind.stableHash.combining(minute.stableHash) }
}

/// The first places of a ranking.
struct KeptRanking: Sendable, StateCodable {
    var keys: [ID]
    var standings: [Standing]

    init(_ places: [Leaderboard.Place]) {
        keys = places.map(\.key)
        standings = places.map(\.standing)
    }

    var places: [Leaderboard.Place] {
        zip(keys, standings).map { Leaderboard.Place(key: $0, standing: $1) }
    }

    func encode(to writer: inout StateWriter) throws {
        try writer.write(value: keys)
        try writer.write(value: standings)
    }

    init(from reader: inout StateReader) throws {
        keys = try reader.read(value: [ID].self)
        standings = try reader.read(value: [Standing].self)
    }
}
