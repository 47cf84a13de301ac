import Foundation
import Millrace

/// A 32-byte record as streams of purchases have them.
struct Purchase: Sendable {
    var user: UInt64
    var product: UInt64
    var time: Timestamp
    var cents: Int64
}

/// Inputs that depend on a number alone, so that every run measures the same work.
enum Inputs {
    static let keyCount: UInt64 = 1_000_000

    /// Number `index` of a stream of random numbers: splitmix64 (Steele, Lea and Flood, 2014).
    static func random(_ index: Int, seed: UInt64 = 1) -> UInt64 {
        var z = seed &+ (UInt64(index) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Keys in `0..<keyCount`, each as likely as any other.
    static func uniformKeys(_ count: Int = operationCount, seed: UInt64 = 1)
        -> ContiguousArray<UInt64>
    {
        ContiguousArray((0..<count).map { random($0, seed: seed) % keyCount })
    }

    /// Keys in `0..<keyCount` whose frequency falls with one over their rank; hot keys are not
    /// neighbours.
    static func zipfKeys(_ count: Int = operationCount) -> ContiguousArray<UInt64> {
        ContiguousArray(
            (0..<count).map { index in
                let uniform = Double(random(index) >> 11) * 0x1p-53
                let rank = UInt64(pow(Double(keyCount), uniform)) - 1
                // A permutation, for the factor is prime to the number of keys.
                return rank * 482_711 % keyCount
            })
    }

    /// Every key in `0..<keyCount` once, in random order.
    static func shuffledKeys() -> ContiguousArray<UInt64> {
        var keys = ContiguousArray(0..<keyCount)
        for last in stride(from: keys.count - 1, to: 0, by: -1) {
            keys.swapAt(last, Int(random(last) % UInt64(last + 1)))
        }
        return keys
    }

    /// Purchases at a mean rate of `perSecond` of event time, up to a second out of order.
    static func purchases(perSecond: Int, keys: ContiguousArray<UInt64> = uniformKeys())
        -> ContiguousArray<Purchase>
    {
        ContiguousArray(
            keys.enumerated().map { index, key in
                let number = random(index, seed: 2)
                let millis = Int64(index * 1000 / perSecond) + Int64(number >> 54) * 1000 / 1024
                return Purchase(
                    user: random(index, seed: 3) % keyCount, product: key,
                    time: Timestamp(millis: 1_700_000_000_000 + millis),
                    cents: Int64(number % 10_000) + 1)
            })
    }

    /// A source of prepared purchases.
    @inline(__always)
    static func source(_ events: ContiguousArray<Purchase>, splits: Int = 1)
        -> GeneratorSource<Purchase>
    {
        .generator(count: events.count, splits: splits) { @Sendable index in
            (events[index], events[index].time)
        }
    }
}
