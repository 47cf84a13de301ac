/// Pseudo-random numbers from a seed: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
/// number generators, 2014). The same on every platform and in every release.
struct SeededRandom {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= goldenGamma
        return mixed(state)
    }

    /// From 0 up to 1, without 1.
    mutating func unit() -> Double { next().unit }

    /// From 0 up to `bound`, without it; `bound` is greater than zero.
    mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// A count with the given mean: Knuth's method for small means, a rounded normal (a sum of
    /// twelve uniforms) for large ones, where the two cannot be told apart.
    mutating func poisson(mean: Double, expOfMinusMean: Double) -> Int {
        if mean > 40 {
            var sum = -6.0
            for _ in 0..<12 { sum += unit() }
            return max(0, Int((mean + mean.squareRoot() * sum).rounded()))
        }
        var count = 0
        var product = unit()
        while product > expOfMinusMean {
            count += 1
            product *= unit()
        }
        return count
    }
}

let goldenGamma: UInt64 = 0x9E37_79B9_7F4A_7C15

/// Spreads every bit of the input over the output.
@inline(__always)
func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}

/// What is drawn for a number, so that draws for different purposes are independent.
enum Draw: UInt64 {
    case sliceCount = 1
    case session, step, offline, content, visitor, visitorTraits, event, catalogue, drift, surge,
        related
}

@inline(__always)
func drawn(_ draw: Draw, _ seed: UInt64, _ a: UInt64, _ b: UInt64 = 0) -> UInt64 {
    mixed(mixed(seed ^ (draw.rawValue &* 0xD6E8_FEB8_6659_FD93) ^ mixed(a)) &+ b &* goldenGamma)
}

extension UInt64 {
    /// From 0 up to 1, without 1.
    @inline(__always)
    var unit: Double { Double(self >> 11) * 0x1p-53 }

    /// The bits as 13 digits of base 32, behind a letter: short enough for a string without
    /// storage.
    func code(_ letter: Unicode.Scalar) -> String {
        // Safety: the closure writes 14 ASCII bytes into a buffer of at least 14 and says so.
        String(unsafeUninitializedCapacity: 14) { bytes in
            bytes[0] = UInt8(ascii: letter)
            var rest = self
            for index in 1..<14 {
                let digit = UInt8(truncatingIfNeeded: rest & 31)
                bytes[index] = digit < 10 ? 48 + digit : 87 + digit
                rest >>= 5
            }
            return 14
        }
    }
}
