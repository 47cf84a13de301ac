import Testing

@testable import Millrace

/// The accumulator of every aggregate survives being stored, and goes on adding and merging as if it had not
/// been.
@Suite struct AccumulatorCodecTests {
    static let events = Event.random(300, keys: 30, disorder: 5000, seed: 11)

    func check<A>(
        _ aggregation: Aggregation<Event, A>, sourceLocation: SourceLocation = #_sourceLocation,
        describe: (A.Output) -> String = { "\($0)" }
    ) throws {
        let aggregate = aggregation.base
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
        try check(.count())
        try check(.sum { $0.value })
        try check(.sum { Double($0.value) / 3 })
        try check(.minimum(\.value)) { "\($0 ?? 0)" }
        try check(.maximum { "\($0.value)" }) { "\($0 ?? "")" }
        try check(.first()) { "\($0.map { "\($0)" } ?? "")" }
        try check(.last()) { "\($0.map { "\($0)" } ?? "")" }
        try check(.collect())
        try check(.distinctCount(\.key))
        try check(.distinct { "\($0.key)" }) {
            "\($0.sorted())"
        }
        try check(.top(5, by: \.value, thenBy: \.time))
        try check(.top(5, by: { "\($0.value)" }, thenBy: \.time))
        try check(.moments { Double($0.value) })
        try check(
            .approximateDistinctCount(\.value, precision: 5))
        try check(.quantiles([0, 0.5, 1]) { Double($0.value) })
        try check(.heavyHitters(5, of: { $0.key }, capacity: 10))
        try check(.heavyHitters(5, of: { "\($0.key)" }, capacity: 10))
        try check(.all(.count(), .sum { $0.value }))
        try check(.all(.collect(), .minimum(\.value))) {
            "\($0.0) \($0.1 ?? 0)"
        }
        try check(.init(Count<Event>().filter { $0.value > 0 }.map { "\($0)" }))
        try check(
            .folding(into: [:]) { event, counts in
                counts[event.key, default: 0] += 1
            } merge: { other, counts in
                counts.merge(other) { $0 + $1 }
            }
        ) { "\($0.sorted { $0.key < $1.key })" }
    }
}
