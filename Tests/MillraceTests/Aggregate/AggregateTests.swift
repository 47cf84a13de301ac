import Millrace
import MillraceTesting
import Testing

/// Merging the accumulators of parts gives what one accumulator over all gives.
@Suite struct AggregateTests {
    static let events = Event.random(400, keys: 30, disorder: 5000, seed: 9)

    private func fold<A: Aggregate<Event, Output>, Output>(
        _ aggregate: A, _ events: some Sequence<Event>
    ) -> A.Accumulator {
        var accumulator = aggregate.makeAccumulator()
        for event in events {
            aggregate.add(event, at: Timestamp(millis: event.time), to: &accumulator)
        }
        return accumulator
    }

    /// Cuts the events at random, merges the parts, and compares the results as text.
    private func checkMerging<A>(
        _ aggregation: Aggregation<Event, A>, describe: (A.Output) -> String = { "\($0)" }
    ) {
        let aggregate = aggregation.base
        let whole = describe(aggregate.result(of: fold(aggregate, Self.events)))
        for seed in 0..<10 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let cut = Int.random(in: 0...Self.events.count, using: &random)
            var merged = fold(aggregate, Self.events[..<cut])
            let before = merged
            let untouched = describe(aggregate.result(of: before))
            aggregate.merge(fold(aggregate, Self.events[cut...]), into: &merged)
            #expect(describe(aggregate.result(of: merged)) == whole)
            #expect(describe(aggregate.result(of: before)) == untouched, "a copy has changed")
            aggregate.merge(aggregate.makeAccumulator(), into: &merged)
            #expect(describe(aggregate.result(of: merged)) == whole, "empty is not neutral")
        }
    }

    @Test func exactAggregatesMerge() {
        checkMerging(.count())
        checkMerging(.sum { $0.value })
        checkMerging(.minimum(\.value)) { "\($0 ?? 0)" }
        checkMerging(.maximum(\.value)) { "\($0 ?? 0)" }
        checkMerging(.first()) { "\($0.map { "\($0)" } ?? "")" }
        checkMerging(.last()) { "\($0.map { "\($0)" } ?? "")" }
        checkMerging(.collect())
        checkMerging(.distinctCount(\.key))
        checkMerging(.top(5, by: \.value, thenBy: \.time))
        checkMerging(.approximateDistinctCount(\.value))
        checkMerging(.all(.count(), .sum { $0.value }))
        checkMerging(.init(Count<Event>().filter { $0.value > 0 }.map { "\($0)" }))
        checkMerging(.sum { Double($0.value) })
        checkMerging(.quantiles([0, 0.5, 1]) { Double($0.value) })
    }

    @Test func momentsMergeWithinRounding() throws {
        let aggregate = Aggregation.moments { (event: Event) in Double(event.value) }.base
        let values = Self.events.map { Double($0.value) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        var merged = fold(aggregate, Self.events[..<100])
        aggregate.merge(fold(aggregate, Self.events[100...]), into: &merged)
        #expect(merged.count == values.count)
        #expect(abs(try #require(merged.mean) - mean) < 1e-9)
        #expect(abs(try #require(merged.populationVariance) - variance) < 1e-6)
        #expect(aggregate.makeAccumulator().mean == nil)
    }

    @Test func integerSumsAreHeldAtTheEnds() {
        let sum = Sum<Int, Int> { $0 }
        var accumulator = sum.makeAccumulator()
        for value in [Int.max, Int.max, 1] { sum.add(value, at: .none, to: &accumulator) }
        #expect(accumulator == .max)
    }

    @Test func compensationKeepsWhatRoundingLoses() {
        var sum = CompensatedSum()
        for term in [1, 1e100, 1, -1e100] { sum.add(term) }
        #expect(sum.value == 2)
    }

    /// Within four standard errors, from empty to dense, whatever the keys.
    @Test(arguments: [0, 1, 100, 1000, 5000, 50_000], [1, 1 << 32, 7919])
    func hyperLogLogStaysWithinItsError(count: Int, step: Int) {
        var sketch = HyperLogLog(precision: 12)
        for index in 0..<count {
            sketch.insert((index &* step).stableHash)
            sketch.insert((index &* step).stableHash)
        }
        let bound = 4 * 1.04 / 64 * Double(count)
        #expect(abs(Double(sketch.estimate - count)) <= max(bound, 0))
    }

    @Test(arguments: 0..<5)
    func quantilesStayWithinTheirAccuracy(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var sketch = QuantileSketch(relativeAccuracy: 0.02)
        var values: [Double] = []
        for _ in 0..<5000 {
            let magnitude = Double.random(in: 0...1, using: &random)
            let value = (magnitude * magnitude * magnitude * 2e6 - 1000).rounded()
            values.append(value)
            sketch.insert(value)
        }
        sketch.insert(.nan)
        values.sort()
        for rank in stride(from: 0.0, through: 1, by: 0.05) {
            let exact = values[Int((rank * Double(values.count - 1)).rounded(.down))]
            let estimate = try #require(sketch.quantile(rank))
            #expect(abs(estimate - exact) <= 0.02 * abs(exact) + 1e-9, "rank \(rank)")
        }
        #expect(QuantileSketch().quantile(0.5) == nil)
    }

    @Test(arguments: 0..<5)
    func heavyHittersKeepTheirBound(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var exact: [Int: Int] = [:]
        var parts = [SpaceSaving<Int>(capacity: 50), SpaceSaving<Int>(capacity: 50)]
        let count = 20_000
        for index in 0..<count {
            let u = Double.random(in: 0.0001...1, using: &random)
            let value = Int(1 / u)
            exact[value, default: 0] += 1
            parts[index % 2].insert(value)
        }
        var merged = parts[0]
        merged.merge(parts[1])
        #expect(merged.values.count == 50)
        for entry in merged.values {
            let real = exact[entry.value] ?? 0
            #expect(entry.count >= real)
            #expect(entry.count - entry.error <= real)
            #expect(entry.error <= 2 * count / 50)
        }
        #expect(merged.values.prefix(3).map(\.value) == [1, 2, 3])
    }
}
