/// The last values of a series: what a new one is compared with.
struct MovingBaseline: Sendable, Codable {
    private var values: [Double] = []
    /// Where the next value goes once the baseline is full.
    private var next = 0

    mutating func append(_ value: Double, limit: Int) {
        if values.count < limit { return values.append(value) }
        values[next] = value
        next = (next + 1) % limit
    }

    /// The mean and the standard deviation of the population, once `limit` values are known.
    func moments(limit: Int) -> (mean: Double, deviation: Double)? {
        guard values.count == limit, limit > 0 else { return nil }
        let mean = values.reduce(0, +) / Double(limit)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(limit)).squareRoot())
    }
}
