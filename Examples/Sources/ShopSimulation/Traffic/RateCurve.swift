/// How busy the shop is over the day and the week, in UTC, with a mean of 1 over a week.
struct RateCurve: Sendable {
    /// How busy each hour is: quiet at night, a peak in the evening.
    private static let hours: [Double] = [
        0.45, 0.28, 0.19, 0.15, 0.15, 0.22, 0.42, 0.68, 0.90, 1.05, 1.14, 1.18, 1.22, 1.20, 1.15,
        1.14,
        1.18, 1.27, 1.42, 1.62, 1.76, 1.68, 1.28, 0.80,
    ]
    /// How busy each day is, from Monday.
    private static let days: [Double] = [1.02, 0.98, 0.95, 0.95, 0.92, 1.02, 1.16]

    private let factors: [Double]

    /// - Parameter strength: From 0, always the same, to 1.
    init(strength: Double) {
        let mean =
            Self.hours.reduce(0, +) / 24 * Self.days.reduce(0, +) / 7
        factors = Self.days.flatMap { day in
            Self.hours.map { hour in 1 + strength * (day * hour / mean - 1) }
        }
    }

    /// How busy the shop is, between the values at the hours around.
    func factor(at time: Int64) -> Double {
        // 1970-01-01 was a Thursday, the fourth day.
        let millis = (time + 3 * 86_400_000).floorRemainder(by: 7 * 86_400_000)
        let hour = Int(millis / 3_600_000)
        let part = Double(millis % 3_600_000) / 3_600_000
        let following = factors[(hour + 1) % factors.count]
        return factors[hour] + (following - factors[hour]) * part
    }
}
