import Testing

@testable import ShopSimulation

@Suite struct RandomTests {
    @Test func anAliasTableDrawsByWeight() {
        let table = AliasTable(weights: [1, 0, 5, 2, 2])
        var counts = [Int](repeating: 0, count: 5)
        var random = SeededRandom(7)
        for _ in 0..<20_000 { counts[table.index(random.next())] += 1 }
        for (count, expected) in zip(counts, [2_000, 0, 10_000, 4_000, 4_000]) {
            #expect(abs(count - expected) <= expected / 12)
        }
    }

    @Test(arguments: [0.3, 8, 120])
    func poissonCountsHaveMeanAndVariance(mean: Double) {
        var random = SeededRandom(3)
        let powers = [0.3: 0.740818, 8: 0.000335463, 120: 0]
        let counts = (0..<10_000).map { _ in
            Double(random.poisson(mean: mean, expOfMinusMean: powers[mean] ?? 0))
        }
        let found = counts.reduce(0, +) / 10_000
        let variance = counts.reduce(0) { $0 + ($1 - found) * ($1 - found) } / 10_000
        #expect(abs(found / mean - 1) < 0.06)
        #expect(abs(variance / mean - 1) < 0.1)
    }

    @Test func quantilesHaveTheMeanThatTheySay() {
        let table = QuantileTable.geometric(atLeast: 4, meanAbove: 6)
        #expect((9.8...10.1).contains(table.mean))
        #expect(table.value(0) == 4)
        #expect(table.value(.max) > 30)
    }

    @Test func codesAreDifferent() {
        #expect(UInt64(0).code("e") == "e0000000000000")
        #expect(UInt64.max.code("s") == "svvvvvvvvvvvvf")
        #expect(Set((0..<1_000).map { UInt64($0).code("e") }).count == 1_000)
    }
}
