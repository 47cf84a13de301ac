public import ArgumentParser
import Millrace
import ShopSimulation
import Topologies

extension CommonOptions {
    /// Clicks in a simulated shop, if that is asked for.
    func simulatedClicks(in flow: Flow) -> DataStream<Click>? {
        guard let simulate else { return nil }
        // A Monday morning.
        let start = Timestamp(millis: 1_767_592_800_000)
        let traffic = ShopTraffic(seed: seed, start: start, eventsPerSecond: 50)
        let source = ShopSource(traffic, limit: simulate.count)
        let watermarks = WatermarkStrategy<ShopArrival>.bounded(
            outOfOrderness: outOfOrderness.duration)
        let arrivals =
            if let rate {
                flow.source(
                    source.limited(toPerSecond: rate), name: "clicks", watermarks: watermarks)
            } else {
                flow.source(source, name: "clicks", watermarks: watermarks)
            }
        return arrivals.map { Click($0.event) }
    }
}

extension Click {
    /// What the examples need of a shop's event; where it is about no product, the page is the item.
    init(_ event: ShopEvent) {
        let type =
            switch event.type {
            case .addToCart: "cart"
            case .addToFavourites: "fav"
            default: event.type.rawValue
            }
        self.init(
            time: event.timestamp, user: ID(event.userID),
            item: ID(event.productID ?? event.pageURL ?? ""), type: type,
            session: event.sessionID.map { ID($0) }, category: event.category ?? "")
    }
}

/// How many events are simulated, on the command line: a number, or `endless`.
public struct SimulatedCount: ExpressibleByArgument, Sendable {
    /// `nil` for no end.
    let count: Int?

    public init?(argument: String) {
        if argument == "endless" {
            count = nil
        } else {
            guard let number = Int(argument), number > 0 else { return nil }
            count = number
        }
    }
}
