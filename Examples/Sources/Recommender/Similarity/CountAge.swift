public import Millrace

/// A number of half-lives since 1970, cut into whole epochs and a rest.
///
/// Counts age forwards: not the old ones shrink with time, the new ones weigh more, so that an
/// update touches nothing else. A similarity is a ratio, in which the weights cancel. The weight
/// starts again from 1 with each epoch, before it can overflow.
///
/// Source: Cormode, Shkapenyuk, Srivastava, Xu, "Forward decay", ICDE 2009.
@usableFromInline
struct CountAge {
    @usableFromInline static let halfLivesPerEpoch = 64.0
    /// Counts below this share of a new event are forgotten when an epoch begins.
    @usableFromInline static let negligible = 0x1p-40

    @usableFromInline let epoch: Int
    /// How much an event of this age adds to the counts of its epoch.
    @usableFromInline let weight: Double

    @inlinable
    init(_ time: Timestamp, _ options: SimilarityOptions) {
        guard let halfLife = options.halfLife else {
            (epoch, weight) = (0, 1)
            return
        }
        let halfLives = Double(time.millis) / (halfLife / .milliseconds(1))
        let whole = (halfLives / Self.halfLivesPerEpoch).rounded(.down)
        epoch = Int(whole)
        weight = exponential(halfLives - whole * Self.halfLivesPerEpoch)
    }

    /// What a count of `other` epoch is worth in this one.
    @inlinable
    func scale(from other: Int) -> Double {
        epoch == other ? 1 : exponential(Double(other - epoch) * Self.halfLivesPerEpoch)
    }
}

/// 2 to the power of `x`, by a polynomial for the fraction: accurate to 1e-9, the same on every
/// platform, and without the C library.
@inlinable
func exponential(_ x: Double) -> Double {
    let whole = x.rounded(.down)
    if whole < -1000 { return 0 }
    let y = (x - whole) * 0.693_147_180_559_945_3
    var sum = 1.0
    var term = 1.0
    for n in 1...12 {
        term *= y / Double(n)
        sum += term
    }
    return sum * Double(sign: .plus, exponent: Int(min(whole, 1000)), significand: 1)
}
