import Foundation
import MillraceTesting
import Testing

@testable import Recommender

@Suite struct LanesTests {
    @Test func powersAndLogarithmsAreCloseToTheExactOnes() {
        for step in -1200...200 {
            let x = Float(step) / 10
            let power = exponential2(Lanes(repeating: x)).x
            #expect(abs(power / exp2(x) - 1) < 1e-4)
            #expect(abs(logarithm2(Lanes(repeating: power)).x - x) < 1e-3)
        }
    }

    @Test func decayHalvesPerHalfLife() {
        let left = Horizons.decay(1800)
        #expect(abs(left.x - 0x1p-6) < 1e-4)
        #expect(abs(left.y - 0.5) < 1e-4)
        #expect(Horizons.decay(-5).x == exponential2(.zero).x)
    }

    @Test func rulesFadeAndStayBounded() {
        var rules = DecayedRules(limit: 4)
        rules.add(0, 1, 1, at: 0)
        rules.add(0, 2, 1, at: 300)
        var found: [Int32: Lanes] = [:]
        rules.forEach(from: 0, at: 300) { found[$0] = $1 }
        // Total over the shortest horizon: ½ + 1, and 1 for doubt.
        #expect(abs((found[1]?.x ?? 0) - 0.2) < 1e-3)
        #expect(abs((found[2]?.x ?? 0) - 0.4) < 1e-3)
        for next in Int32(3)...9 { rules.add(0, next, 5, at: 300) }
        var count = 0
        rules.forEach(from: 0, at: 300) { _, _ in count += 1 }
        #expect(count <= 4)
        rules.forEach(from: 7, at: 300) { _, _ in Issue.record("item 7 has no rules") }
    }

    @Test(arguments: UInt64(1)...10)
    func leadersAreExact(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var counts = DecayedCounts()
        var leaders = Leaders(limit: 5)
        var now = 0.0
        for _ in 0..<400 {
            now += Double.random(in: 0..<100, using: &random)
            let item = Int32.random(in: 0..<30, using: &random)
            counts.add(item, at: now)
            leaders.update(item) { counts.weights(of: $0, at: now).y }
        }
        let weights = leaders.items.map { counts.weights(of: $0, at: now).y }
        let others = (0..<30).filter { !leaders.items.contains($0) }
        let best = others.map { counts.weights(of: $0, at: now).y }.max() ?? 0
        #expect(leaders.items.count == 5)
        for (a, b) in zip(weights, weights.dropFirst()) { #expect(a >= b * 0.9999) }
        #expect((weights.last ?? 0) >= best * 0.9999)
    }

    @Test func theSoftmaxLearnsWhichFeatureDecides() {
        var softmax = OnlineSoftmax(weights: [.zero], rate: 0.1)
        var random = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            var rows = (0..<5).map { _ in
                Lanes.random(in: 0..<1, using: &random)
            }
            let chosen = Int.random(in: 0..<5, using: &random)
            for row in rows.indices { rows[row].y = row == chosen ? 1 : 0 }
            softmax.learn(chosen: chosen, among: rows)
        }
        let weights = softmax.weights[0]
        #expect(weights.y > 2)
        #expect(abs(weights.x) < weights.y / 4)
    }
}
