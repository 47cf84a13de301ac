/// Learns how to weigh features so that the candidate that was chosen would have been first.
///
/// The chance of a candidate is the softmax of weights · features; each observed choice moves the
/// weights along the gradient of its log-likelihood, with step sizes after AdaGrad
/// (Duchi, Hazan, Singer, "Adaptive subgradient methods", JMLR 2011).
struct OnlineSoftmax: Codable {
    private(set) var weights: [Lanes]
    private var squares: [Lanes]
    private let rate: Float

    init(weights: [Lanes], rate: Float) {
        self.weights = weights
        self.rate = rate
        squares = weights.map { _ in Lanes(repeating: 0.001) }
    }

    /// The score of each row of `features`.
    func scores(_ features: [Lanes]) -> [Float] {
        let width = weights.count
        var scores: [Float] = []
        scores.reserveCapacity(features.count / width)
        for start in stride(from: 0, to: features.count, by: width) {
            var sum = Lanes.zero
            for index in 0..<width { sum += weights[index] * features[start + index] }
            scores.append(sum.sum())
        }
        return scores
    }

    /// Learns that `chosen` was the row chosen among all.
    mutating func learn(chosen: Int, among features: [Lanes]) {
        let width = weights.count
        var chances = scores(features)
        let best = chances.max() ?? 0
        var total: Float = 0
        for row in chances.indices {
            // log2(e), because the power is one of 2.
            chances[row] = exponential2(Lanes(repeating: (chances[row] - best) * 1.442_695)).x
            total += chances[row]
        }
        var gradient = weights.map { _ in Lanes.zero }
        for row in chances.indices {
            let error = chances[row] / total - (row == chosen ? 1 : 0)
            // Most candidates are hopeless: their part of the gradient is not worth the time.
            if abs(error) < 0.001 { continue }
            for index in 0..<width { gradient[index] += error * features[row * width + index] }
        }
        for index in 0..<width {
            squares[index] += gradient[index] * gradient[index]
            weights[index] -= rate * gradient[index] / squares[index].squareRoot()
        }
    }
}
