/// Four numbers that are worked on at once: one for each horizon, or four features of a candidate.
typealias Lanes = SIMD4<Float>

/// The horizons that everything is estimated over at once: what counts is learned, not set.
enum Horizons {
    /// Half-lives in seconds: from what is hot right now to what holds for days.
    static let halfLives = Lanes(300, 1800, 10_800, 86_400)

    /// What is left of a weight after some time. Time that runs backwards changes nothing.
    @inline(__always)
    static func decay(_ seconds: Double) -> Lanes {
        exponential2(Lanes(repeating: -Float(max(seconds, 0))) / halfLives)
    }
}

/// 1.5 · 2^23: a sum with it has the nearest whole number in the low bits of its pattern, which is
/// how lanes become integers and back in one addition.
private let wholeNumberOffset: Float = 12_582_912
private let wholeNumberBits: Int32 = 0x4B40_0000

/// 2 to the power of each lane, to 6 digits; lanes are clamped to -126…126.
///
/// A polynomial instead of the C library's function: four at once, and the same on every platform.
@inline(__always)
func exponential2(_ lanes: Lanes) -> Lanes {
    let x = lanes.clamped(
        lowerBound: Lanes(repeating: -126), upperBound: Lanes(repeating: 126))
    let shifted = x + wholeNumberOffset
    let rest = x - (shifted - wholeNumberOffset)
    var sum = Lanes(repeating: 0.001_339_531)
    sum = sum * rest + 0.009_670_789
    sum = sum * rest + 0.055_503_406
    sum = sum * rest + 0.240_222_113
    sum = sum * rest + 0.693_147_200
    sum = sum * rest + 1
    // Safety: both types are four plain 32-bit lanes; every bit pattern is a valid Int32.
    let whole = unsafeBitCast(shifted, to: SIMD4<Int32>.self) &- wholeNumberBits
    // Safety: both types are four plain 32-bit lanes; every bit pattern is a valid Float.
    return sum * unsafeBitCast((whole &+ 127) &<< 23, to: Lanes.self)
}

/// The binary logarithm of each lane, to 3 digits; lanes must be positive and normal.
@inline(__always)
func logarithm2(_ x: Lanes) -> Lanes {
    // Safety: both types are four plain 32-bit lanes; every bit pattern is a valid Int32.
    let bits = unsafeBitCast(x, to: SIMD4<Int32>.self)
    let exponentBits = (bits &>> 23) &- 127 &+ wholeNumberBits
    let mantissaBits = (bits & 0x007F_FFFF) | 0x3F80_0000
    // Safety: both types are four plain 32-bit lanes; every bit pattern is a valid Float.
    let exponent = unsafeBitCast(exponentBits, to: Lanes.self) - wholeNumberOffset
    // Safety: as above.
    let m = unsafeBitCast(mantissaBits, to: Lanes.self)
    var sum = Lanes(repeating: -0.079_158_2)
    sum = sum * m + 0.628_873_6
    sum = sum * m - 2.081_214_2
    sum = sum * m + 4.028_547_9
    sum = sum * m - 2.496_846_1
    return sum + exponent
}
