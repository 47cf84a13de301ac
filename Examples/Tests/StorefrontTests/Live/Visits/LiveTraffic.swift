import Millrace
import MillraceTesting
import ShopSimulation
import Storefront
import Topologies

typealias ShopEvent = Storefront.ShopEvent

/// Some hours of a made-up shop, in the order of event time, and behind them one event that lets all sessions
/// end.
enum LiveTraffic {
    /// Monday, 2026-01-05T06:00Z.
    static let start = Timestamp(millis: 1_767_592_800_000)
    static let last: ID = "last"

    static func events(
        seed: UInt64 = 3, count: Int = 4000, eventsPerSecond: Double = 0.4, bots: Bool = false
    ) -> [ShopEvent] {
        var options = ShopOptions()
        options.products = 300
        options.users = 2_000
        options.botShare = bots ? 0.05 : 0
        options.duplicateShare = 0
        let traffic = ShopTraffic(
            seed: seed, start: start, eventsPerSecond: eventsPerSecond, options: options)
        var events = traffic.prefix(count).compactMap { ShopEvent($0.event) }
        events.sort { $0.time < $1.time }
        let end = (events.last?.time ?? start) + .hours(2)
        return events + [ShopEvent(.pageView, user: last, page: "/", time: end)]
    }

    /// The events in another order: each as if up to `delay` late. The last one stays the last.
    static func shuffled(
        _ events: [ShopEvent], by delay: Duration, seed: UInt64
    ) -> [ShopEvent] {
        var random = SeededGenerator(seed: seed)
        let late = events.dropLast().map { event in
            (event, event.time.millis + Int64.random(in: 0...delay.wholeMillis, using: &random))
        }
        return late.sorted { $0.1 < $1.1 }.map(\.0) + events.suffix(1)
    }
}

extension ShopEvent {
    convenience init?(_ event: ShopSimulation.ShopEvent) {
        guard let type = EventType(name: event.type.rawValue) else { return nil }
        self.init(
            id: event.eventID, type, user: ID(event.userID),
            session: event.sessionID.map { ID($0) },
            product: event.productID.map { ID($0) }, category: event.category,
            price: event.price.map { Money(thousandths: Int64(($0 * 1000).rounded())) },
            quantity: event.quantity, query: event.query, page: event.pageURL,
            referrer: event.referrer, userAgent: event.userAgent, time: event.timestamp)
    }
}
