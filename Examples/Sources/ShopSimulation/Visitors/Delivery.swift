/// How an event comes from its client to the shop.
struct Delivery {
    /// From the event to its arrival.
    let delay: Int64
    let isLate: Bool
    /// From the arrival to the arrival of a duplicate.
    let repeatDelay: Int64?

    static let longestNetworkMillis: Int64 = 5_000
    static let longestRepeatMillis: Int64 = 60_000
    private static let shortestLatenessMillis: Int64 = 60_000

    /// - Parameter bits: The step's random bits; the ten highest decide the pause before it.
    init(_ key: UInt64, _ step: Int, _ bits: UInt64, isMobile: Bool, _ model: TrafficModel) {
        let network = Double((bits >> 40) & 0x3FFF) / 0x4000
        // Mostly a tenth of a second, now and then seconds.
        let slow = network > 0.95 ? (network - 0.95) * 20 : 0
        var delay = 30 + Int64(network * 170 + slow * slow * 4_700)
        let isRepeated = (bits >> 20) & 0xF_FFFF < model.repeatThreshold
        let part = Double(bits & 0xF_FFFF) / 0x10_0000
        repeatDelay =
            isRepeated
            ? 200 + Int64(part * part * part * Double(Self.longestRepeatMillis - 200)) : nil
        isLate = isMobile && model.isOffline(key, step)
        if isLate {
            // A client that was offline sends what it has kept.
            let long = drawn(.offline, key, UInt64(step / 4), 1).unit
            delay +=
                Self.shortestLatenessMillis
                + Int64(
                    long * long
                        * Double(model.longestLatenessMillis - Self.shortestLatenessMillis))
        }
        self.delay = delay
    }
}
