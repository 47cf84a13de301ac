import Millrace
import MillraceTesting
import Recommender
import Topologies

@testable import Storefront

/// The live views of products in a test, and what they hold.
struct ProductRun {
    let driver: TopologyDriver<ShopEvent, Int>
    /// How far events are behind the watermark at most.
    var delay = Int64(2000)

    init(
        parallelism: Int = 1,
        _ configuration: ShopConfiguration = ProductRun.exact
    ) async throws {
        driver = try await TopologyDriver(parallelism: parallelism) { events in
            liveProducts(events, configuration)
            return events.filter { _ in false }.map { _ in 0 }
        }
    }

    /// Similarities without limits and ageing, which equal those of a batch.
    static var exact: ShopConfiguration {
        var configuration = ShopConfiguration(data: "")
        configuration.similarity = SimilarityOptions()
        return configuration
    }

    /// Sends events in batches, each followed by a watermark.
    func send(_ events: [ShopEvent], batch: Int = 50, restores: Bool = false) async throws {
        var newest = Int64.min
        var start = 0
        while start < events.count {
            let part = events[start..<min(start + batch, events.count)]
            try driver.send(part.map { ($0, $0.time.millis) })
            newest = max(newest, part.map(\.time.millis).max() ?? newest)
            try driver.advance(to: newest - delay)
            start += batch
            if restores { try await driver.snapshotAndRestore() }
        }
    }

    func best(_ kind: RankingKind, _ limit: Int = 200) throws -> [Leaderboard.Place] {
        try driver.state("rankings", key: RankingKind.self, value: LiveRanking.self)
            .get(kind)?.now.best(limit) ?? []
    }

    /// What is kept of a minute; `nil` if there is nothing.
    func kept(_ kind: RankingKind, endOf minute: Int32) throws -> [Leaderboard.Place]? {
        let places = try driver.state(
            "minute-rankings", key: RankingMinute.self, value: KeptRanking.self
        ).ranking(kind, at: minute)
        return places.isEmpty ? nil : places
    }

    func sellers(_ category: String? = nil, _ limit: Int = 10) throws -> [Leaderboard.Place] {
        try driver.state("best-sellers", key: String?.self, value: Leaderboard.self)
            .get(category)?.best(limit) ?? []
    }

    func history(of user: ID) throws -> VisitorHistory {
        try driver.state("history", key: ID.self, value: VisitorHistory.self).get(user)
            ?? VisitorHistory()
    }

    /// Everything that the views hold, as text in a fixed order.
    func everything() throws -> [String] {
        var lines: [String] = []
        for kind in RankingKind.allCases {
            lines += try best(kind).map { "\(kind) \($0.key) \($0.standing.tally)" }
        }
        try driver.state("best-sellers", key: String?.self, value: Leaderboard.self)
            .forEach { category, board in
                let best = board.best(200).map { "\($0.key):\($0.standing.tally)" }
                lines.append("sellers \(category ?? "") \(best)")
            }
        try driver.state("history", key: ID.self, value: VisitorHistory.self)
            .forEach { user, history in lines.append("history \(user) \(history)") }
        try driver.state("neighbours", key: ID.self, value: ItemNeighbours<ID>.self)
            .forEach { product, neighbours in
                let pairs = neighbours.pairs.sorted { $0.key < $1.key }.map { "\($0):\($1)" }
                lines.append("neighbours \(product) \(pairs)")
            }
        return lines.sorted()
    }

    /// How many entries of state there are in all.
    var stateCount: Int {
        [
            "history", "product-views", "page-views", "carters", "product-carts", "rankings",
            "minute-rankings", "sales", "sellers", "best-sellers", "interests", "neighbours",
        ].reduce(0) { $0 + driver.stateCount(of: $1) }
    }
}

/// The events of a made-up shop, each at a time of its own.
func shopEvents(
    _ count: Int, seed: UInt64 = 1, every step: Int64 = 3_000, users: Int = 40, products: Int = 30
) -> [ShopEvent] {
    var random = SeededGenerator(seed: seed)
    let types: [EventType] = [
        .view, .view, .view, .view, .pageView, .click, .addToCart, .addToFavourites, .purchase,
        .search,
    ]
    return (0..<count).map { index in
        let type = types[Int.random(in: 0..<types.count, using: &random)]
        let number = min(
            Int.random(in: 0..<products, using: &random),
            Int.random(in: 0..<products, using: &random))
        let time =
            1_767_614_400_000 + Int64(index) * step + Int64.random(in: 0..<step, using: &random)
        return event(
            type, ID("u\(Int.random(in: 0..<users, using: &random))"),
            type.needsProduct ? ID("\(number)") : nil, at: Double(time) / 1000,
            page: type == .pageView || type == .click ? "/c/\(number % 7)" : nil,
            category: type.needsProduct ? "c\(number % 4)" : nil,
            price: type == .purchase ? 1000 : nil,
            quantity: type == .purchase ? 1 + number % 3 : nil)
    }
}
