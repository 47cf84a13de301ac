import Millrace
import Testing

/// The short names of aggregates, with closures behind a leading dot.
@Suite struct AggregationTests {
    static let events = [3, -1, 8, 8].enumerated().map {
        Event(key: $0.offset % 2, value: $0.element, time: Int64($0.offset))
    }

    private static func run<Output: Sendable>(
        _ build: (DataStream<Event>) throws -> DataStream<Output>
    ) async throws -> [Output] {
        try await Topology.run(on: events, eventTime: { Timestamp(millis: $0.time) }, build)
    }

    /// The results of one window of key 0 (3 and 8) and one of key 1 (-1 and 8).
    private func windows<A>(
        _ aggregation: Aggregation<Event, A>, _ describe: @escaping (A.Output) -> String
    ) async throws -> [String] {
        let results = try await Self.run {
            $0.keyed(by: { $0.key }).window(.tumbling(.seconds(1))).aggregate(aggregation)
        }
        return results.sorted { $0.key < $1.key }.map { describe($0.value) }
    }

    @Test func closuresBehindALeadingDot() async throws {
        #expect(try await windows(.sum { $0.value }) { "\($0)" } == ["11", "7"])
        #expect(try await windows(.sum { Double($0.value) / 2 }) { "\($0)" } == ["5.5", "3.5"])
        #expect(try await windows(.minimum { $0.value }) { "\($0 ?? 0)" } == ["3", "-1"])
        #expect(try await windows(.maximum { -$0.value }) { "\($0 ?? 0)" } == ["-3", "1"])
        #expect(try await windows(.mean { Double($0.value) }) { "\($0 ?? 0)" } == ["5.5", "3.5"])
        #expect(try await windows(.moments { Double($0.value) }) { "\($0.count)" } == ["2", "2"])
        #expect(
            try await windows(.variance { Double($0.value) }) { "\($0 ?? 0)" } == ["6.25", "20.25"])
        #expect(try await windows(.distinctCount { $0.key }) { "\($0)" } == ["1", "1"])
        #expect(try await windows(.distinct { $0.key }) { "\($0)" } == ["[0]", "[1]"])
        #expect(try await windows(.count { $0.value > 7 }) { "\($0)" } == ["1", "1"])
        #expect(try await windows(.approximateDistinctCount { $0.key }) { "\($0)" } == ["1", "1"])
        #expect(
            try await windows(.quantiles([1]) { Double($0.value) }) { "\($0.count)" } == ["1", "1"])
        #expect(
            try await windows(.heavyHitters(1, of: { $0.key })) { "\($0.map(\.value))" }
                == ["[0]", "[1]"])
        #expect(
            try await windows(.top(1, by: { $0.value }, thenBy: { $0.time })) {
                "\($0.map(\.value))"
            } == ["[8]", "[8]"])
        #expect(
            try await windows(.folding(into: 1, add: { $1 *= $0.value }, merge: { $1 *= $0 })) {
                "\($0)"
            } == ["24", "-8"])
    }

    @Test func severalInOnePassAlsoOnesOfYourOwn() async throws {
        #expect(
            try await windows(.all(.sum { $0.value }, .count { $0.value > 5 })) { "\($0)" }
                == ["(11, 1)", "(7, 1)"])
        let large = Count<Event>().filter { $0.value > 5 }
        #expect(
            try await windows(.all(.count(), .init(large), .sum { -$0.value })) { "\($0)" }
                == ["(2, 1, -11)", "(2, 1, -7)"])
        #expect(
            try await windows(
                .all(.count(), .sum { $0.value }, .sum { $0.key }, .sum { Double($0.value) })
            ) { "\($0)" } == ["(2, 11, 0, 11.0)", "(2, 7, 2, 7.0)"])
    }

    @Test func everyOperatorThatAggregatesTakesThem() async throws {
        let totals = try await Self.run {
            $0.keyed(by: { $0.key }).window(.tumbling(.seconds(1))).aggregate(.sum { $0.value })
                .acrossKeys(.all(.sum { $0.value }, .maximum { $0.key }))
        }
        #expect(totals.map { "\($0.value.0) \($0.value.1 ?? 0)" } == ["18 1"])
        let running = try await Self.run {
            $0.keyed(by: { $0.key }).aggregate(.sum { $0.value })
        }
        #expect(running.map(\.value) == [3, -1, 11, 7])
        let own = try await Self.run {
            $0.keyed(by: { $0.key }).aggregate(Sum { $0.value }.filter { $0.value > 0 })
        }
        #expect(own.map(\.value) == [3, 0, 11, 8])
    }
}
