import Millrace

/// A purchase or view: the 32-byte record of the synthetic workloads.
struct ShopEvent: Sendable {
    var user: UInt64
    var product: UInt64
    var time: Timestamp
    /// In cents.
    var amount: Int64
}

/// Deterministic randomness: event `i` of a workload depends on the workload's seed and `i` alone.
enum Draw {
    static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
    static let base: Int64 = 1_700_000_000_000

    /// The finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014).
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    @inline(__always)
    static func draw(_ seed: UInt64, _ index: Int) -> UInt64 {
        mix(seed &+ (UInt64(truncatingIfNeeded: index) &+ 1) &* golden)
    }

    @inline(__always)
    static func key(_ r: UInt64, _ count: UInt64) -> UInt64 { ((r >> 32) &* count) >> 32 }

    @inline(__always)
    static func amount(_ r: UInt64) -> Int64 { Int64(((r & 0xFFFF) &* 10_000) >> 16) + 1 }

    @inline(__always)
    static func jitter(_ r: UInt64) -> Int64 { Int64((((r >> 16) & 0x3FF) &* 1000) >> 10) }

    @inline(__always)
    static func user(_ r: UInt64) -> UInt64 { (((r >> 12) & 0xFFFF_FFFF) &* 1_000_000) >> 32 }

    /// A key with a Zipf-like distribution: a few are very hot.
    @inline(__always)
    static func zipf(_ r: UInt64) -> UInt64 {
        let u = Double(r >> 11) * 0x1p-53
        let t = 1 - u * (1 - 0.31622776601683794)
        let t2 = t * t
        let t4 = t2 * t2
        let t8 = t4 * t4
        let rank = min(UInt64(1 / (t8 * t2)), 100_000)
        return ((rank - 1) &* 48_271) % 100_000
    }

    @inline(__always)
    static func event(_ r: UInt64, key: UInt64, millis: Int64) -> (ShopEvent, Timestamp) {
        let time = Timestamp(millis: base &+ millis &+ jitter(r))
        return (ShopEvent(user: user(r), product: key, time: time, amount: amount(r)), time)
    }
}
