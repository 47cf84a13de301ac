import Foundation
import Millrace

/// Everything about a stream that does not change while it runs.
final class TrafficModel: Sendable {
    let seed: UInt64
    let start: Int64
    let options: ShopOptions
    let catalogue: ShopCatalogue
    let lengths = VisitLengths()
    /// From one event of a visit to the next.
    let pauses = QuantileTable.logNormal(median: 12_000, deviation: 1.1, in: 800...300_000)
    let mobileAgents = UserAgents.mobile
    let desktopAgents = UserAgents.desktop
    let crawlerAgents = UserAgents.crawlers
    let referrers = [
        "https://www.search.example/", "https://www.search.example/", "https://social.example/",
        "https://news.example/deals", "https://mail.example/newsletter",
    ]
    /// The stream is made one slice of time after the other.
    let sliceMillis: Int64
    /// How many of the visits are by crawlers.
    let crawlShare: Double
    let longestLatenessMillis: Int64
    let repeatThreshold: UInt64
    private let curve: RateCurve
    private let visitsPerSlice: Double
    private let offlineShare: Double

    init(seed: UInt64, start: Timestamp, eventsPerSecond: Double, options: ShopOptions) {
        self.seed = mixed(seed &+ goldenGamma)
        self.start = start.millis
        self.options = options
        catalogue = ShopCatalogue(seed: self.seed, products: options.products)
        sliceMillis = Int64(max(10, min(1000, 1_000_000 / eventsPerSecond)))
        longestLatenessMillis = options.longestLateness.inMillis
        repeatThreshold = UInt64(options.duplicateShare * 0x10_0000)
        curve = RateCurve(strength: options.seasonality)
        let human = VisitPlan.meanLength(lengths, newShare: options.newVisitorShare)
        let crawl =
            Double(VisitPlan.crawlLengths.lowerBound + VisitPlan.crawlLengths.upperBound) / 2
        let bots = options.botShare / crawl
        crawlShare = bots / (bots + (1 - options.botShare) / human)
        let eventsPerVisit =
            (crawlShare * crawl + (1 - crawlShare) * human) * (1 + options.duplicateShare)
        visitsPerSlice = eventsPerSecond * Double(sliceMillis) / 1000 / eventsPerVisit
        offlineShare = min(
            1, options.lateShare / (Visitor.mobileShare * (1 - options.botShare)))
    }

    func time(ofSlice slice: Int64) -> Int64 { start + slice * sliceMillis }

    func slice(at time: Int64) -> Int64 { (time - start).floorDivided(by: sliceMillis) }

    /// How many slices a visit that begins in one reaches, until all of it has arrived.
    var reach: Int64 {
        let millis =
            VisitPlan.longestMillis + longestLatenessMillis + Delivery.longestNetworkMillis
            + Delivery.longestRepeatMillis
        return millis / sliceMillis + 2
    }

    /// How many visits begin in a slice.
    func visitCount(inSlice slice: Int64) -> Int {
        let mean = visitsPerSlice * curve.factor(at: time(ofSlice: slice))
        var random = SeededRandom(drawn(.sliceCount, seed, UInt64(bitPattern: slice)))
        return random.poisson(mean: mean, expOfMinusMean: exp(-mean))
    }

    /// The random bits for the time and the delivery of an event.
    @inline(__always)
    func bits(_ key: UInt64, _ step: Int) -> UInt64 {
        mixed(key &+ UInt64(step + 1) &* 0xA24B_AED4_963E_E407)
    }

    /// Whether a mobile client is offline while the event happens: for four events at a time.
    @inline(__always)
    func isOffline(_ key: UInt64, _ step: Int) -> Bool {
        offlineShare > 0 && drawn(.offline, key, UInt64(step / 4)).unit < offlineShare
    }

    func invalidates(_ key: UInt64, _ step: Int) -> Bool {
        options.invalidShare > 0
            && drawn(.event, key, UInt64(step), 1).unit < options.invalidShare
    }
}
