import Millrace
import ShopSimulation

/// Monday, 2026-01-05T06:00Z.
let mondayMorning = Timestamp(millis: 1_767_592_800_000)

/// Traffic of a small shop, quick to begin in a debug build.
func smallTraffic(
    seed: UInt64 = 1, eventsPerSecond: Double = 1, start: Timestamp = mondayMorning,
    _ change: (inout ShopOptions) -> Void = { _ in }
) -> ShopTraffic {
    var options = ShopOptions()
    options.products = 300
    options.users = 5_000
    change(&options)
    return ShopTraffic(
        seed: seed, start: start, eventsPerSecond: eventsPerSecond, options: options)
}

/// A large piece of one stream that several tests look at: about four and a half hours.
let sample: [ShopArrival] = Array(
    smallTraffic(seed: 11, eventsPerSecond: 5) { $0.seasonality = 0 }.prefix(80_000))

extension Sequence<ShopArrival> {
    /// The part of the arrivals for which `condition` holds.
    func share(where condition: (ShopArrival) -> Bool) -> Double {
        var all = 0
        var found = 0
        for arrival in self {
            all += 1
            if condition(arrival) { found += 1 }
        }
        return Double(found) / Double(Swift.max(1, all))
    }
}
