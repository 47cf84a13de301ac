import Testing

@testable import Millrace

/// The accumulator of every aggregate survives being stored, and goes on adding and merging as if it had not
/// been.
@Suite struct AccumulatorCodecTests {
    static let events = Event.random(300, keys: 30, disorder: 5000, seed: 11)

    func check<A: Aggregate<Event, Output>, Output>(
        _ aggregate: A, sourceLocation: SourceLocation = #_sourceLocation,
        describe: (Output) -> String = { "\($0)" }
    ) throws {
        func add(_ events: ArraySlice<Event>, to accumulator: inout A.Accumulator) {
            for event in events {
                aggregate.add(event, at: Timestamp(millis: event.time), to: &accumulator)
            }
        }
        for cut in [0, 1, 7, 100, 300] {
            var whole = aggregate.makeAccumulator()
            add(Self.events[..<cut], to: &whole)
            var stored = try roundTrip(whole)
            let now = describe(aggregate.result(of: whole))
            #expect(describe(aggregate.result(of: stored)) == now, sourceLocation: sourceLocation)
            add(Self.events[cut...], to: &whole)
            add(Self.events[cut...], to: &stored)
            var other = aggregate.makeAccumulator()
            add(Self.events[50..<90], to: &other)
            aggregate.merge(try roundTrip(other), into: &stored)
            aggregate.merge(other, into: &whole)
            let later = describe(aggregate.result(of: whole))
            #expect(describe(aggregate.result(of: stored)) == later, sourceLocation: sourceLocation)
        }
    }

    @Test func accumulatorsSurvive() throws {
        try check(Count<Event>())
        try check(Sum<Event, Int> { $0.value })
        try check(FloatingSum<Event> { Double($0.value) / 3 })
        try check(Extremum<Event, Int>.minimum(\.value)) { "\($0 ?? 0)" }
        try check(Extremum<Event, String>.maximum { "\($0.value)" }) { "\($0 ?? "")" }
        try check(TimeExtremum<Event>.first()) { "\($0.map { "\($0)" } ?? "")" }
        try check(TimeExtremum<Event>.last()) { "\($0.map { "\($0)" } ?? "")" }
        try check(Collect<Event>())
        try check(Distinct<Event, Int, Int>.distinctCount(\.key))
        try check(Distinct<Event, String, Set<String>>.distinct { "\($0.key)" }) {
            "\($0.sorted())"
        }
        try check(Top<Event, Int, Int64>.top(5, by: \.value, thenBy: \.time))
        try check(Top<Event, String, Int64>.top(5, by: { "\($0.value)" }, thenBy: \.time))
        try check(Moments<Event, MomentSummary>.moments { @Sendable in Double($0.value) })
        try check(
            ApproximateDistinct<Event, Int>.approximateDistinctCount(\.value, precision: 5))
        try check(Quantiles<Event>.quantiles([0, 0.5, 1]) { @Sendable in Double($0.value) })
        try check(HeavyHitters<Event, Int>.heavyHitters(5, of: { $0.key }, capacity: 10))
        try check(HeavyHitters<Event, String>.heavyHitters(5, of: { "\($0.key)" }, capacity: 10))
        try check(PairAggregate(Count<Event>(), Sum<Event, Int> { $0.value }))
        try check(PairAggregate(Collect<Event>(), Extremum<Event, Int>.minimum(\.value))) {
            "\($0.0) \($0.1 ?? 0)"
        }
        try check(Count<Event>().filter { $0.value > 0 }.map { "\($0)" })
        try check(
            CustomAggregate<Event, [Int: Int]>.folding(into: [:]) { event, counts in
                counts[event.key, default: 0] += 1
            } merge: { other, counts in
                counts.merge(other) { $0 + $1 }
            }
        ) { "\($0.sorted { $0.key < $1.key })" }
    }
}
