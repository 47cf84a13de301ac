import Logging
import Millrace
import ServiceLifecycle
import ShopSimulation
import Storefront

/// Events of a made-up shop, as they would come in from its visitors now.
///
/// After a stop it goes on where it was, and makes up for what it missed as far back as it may. The events'
/// ids follow from the seed, so that one which is sent twice because of a crash counts once.
struct SimulatedShop {
    /// Which shop it is, and how far it has come.
    struct Place: Codable, Equatable, Sendable {
        var seed: UInt64
        var rate: Double
        /// When the shop opened, in milliseconds since 1970.
        var start: Int64
        /// Rises when another shop begins, so that their events' ids differ.
        var generation: Int
        /// The time of the last arrival that the log has.
        var last: Int64
    }

    private(set) var place: Place
    let traffic: ShopTraffic
    private var arrivals: ShopTraffic.Iterator

    /// - Parameters:
    ///   - saved: Where the last run was.
    ///   - now: The wall-clock time.
    init(saved: Place?, seed: UInt64, rate: Double, history: Duration, now: Timestamp) {
        let earliest = now - history
        if let saved, saved.seed == seed, saved.rate == rate {
            place = saved
            place.last = max(saved.last, earliest.millis)
        } else {
            place = Place(
                seed: seed, rate: rate, start: earliest.millis,
                generation: (saved?.generation ?? 0) + 1, last: earliest.millis)
        }
        traffic = Self.traffic(place)
        let last = Timestamp(millis: place.last)
        arrivals = traffic.makeIterator(from: traffic.position(at: last))
        while arrivals.nextTime() < last { _ = arrivals.next() }
    }

    private static func traffic(_ place: Place) -> ShopTraffic {
        var options = ShopOptions()
        options.invalidShare = 0.001
        return ShopTraffic(
            seed: place.seed, start: Timestamp(millis: place.start), eventsPerSecond: place.rate,
            options: options)
    }

    /// Up to `limit` events that have arrived by `now`, as JSON.
    mutating func events(until now: Timestamp, limit: Int = 1000) -> [[UInt8]] {
        var events: [[UInt8]] = []
        while events.count < limit, arrivals.nextTime() <= now, let arrival = arrivals.next() {
            var event = arrival.event
            if !event.eventID.isEmpty { event.eventID = "\(place.generation)\(event.eventID)" }
            var json = JSONWriter()
            json.object(event)
            events.append(json.bytes)
            place.last = arrival.time.millis
        }
        return events
    }

    /// When the next event arrives.
    mutating func nextTime() -> Timestamp { arrivals.nextTime() }
}

/// Runs a ``SimulatedShop`` beside the shop.
struct SimulationService: Service, CustomStringConvertible {
    let intake: FeedIntake
    let file: FeedFile<SimulatedShop.Place>
    let seed: UInt64
    let rate: Double
    let history: Duration

    var description: String { "simulated shop" }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await intake.waitUntilReady()
                var simulated = SimulatedShop(
                    saved: try file.load(), seed: seed, rate: rate, history: history,
                    now: TimeSource.system.now())
                while true { try await step(&simulated) }
            }
        } catch is CancellationError {}
    }

    private func step(_ simulated: inout SimulatedShop) async throws {
        let time = TimeSource.system
        let now = time.now()
        let events = simulated.events(until: now)
        if events.isEmpty {
            let wait = simulated.nextTime() - now
            // A tenth of a second at a time is even enough for the eye, and for a last save.
            try await time.sleep(for: min(max(wait, .milliseconds(20)), .milliseconds(100)))
            return
        }
        try await intake.append(events.map { FeedIntake.decode($0, now: now) })
        try await intake.save(simulated.place, to: file)
    }
}
