import Foundation

/// A distribution as equally likely values: cheap to draw from, with a mean that is known exactly.
struct QuantileTable: Sendable {
    private let values: [Int32]
    let mean: Double

    /// 1,024 values of the quantile function.
    init(_ quantile: (Double) -> Double) {
        values = (0..<1024).map { Int32(quantile((Double($0) + 0.5) / 1024)) }
        mean = Double(values.reduce(0) { $0 + Int($1) }) / 1024
    }

    /// `least` and more, by a geometric distribution with the given mean above `least`.
    static func geometric(atLeast least: Int, meanAbove mean: Double) -> QuantileTable {
        let ratio = log(mean / (mean + 1))
        return QuantileTable { Double(least) + (log(1 - $0) / ratio).rounded(.down) }
    }

    /// A log-normal distribution, held between bounds.
    static func logNormal(
        median: Double, deviation: Double, in bounds: ClosedRange<Double>
    ) -> QuantileTable {
        QuantileTable {
            // The logistic approximation of the normal quantile: off by less than 0.02 here.
            let normal = log($0 / (1 - $0)) / 1.702
            return min(max(median * exp(deviation * normal), bounds.lowerBound), bounds.upperBound)
        }
    }

    /// The value for the ten highest of 64 random bits.
    @inline(__always)
    func value(_ bits: UInt64) -> Int64 { Int64(values[Int(bits >> 54)]) }
}
