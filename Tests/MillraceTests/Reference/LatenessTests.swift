import Millrace
import Testing

/// Which elements are late, on real data far out of order: exactly the reference's when the watermark
/// advances after every element, never more at the default cadence.
@Suite(.enabled(if: ReferenceData.isAvailable, Comment(rawValue: ReferenceData.reason)))
struct LatenessTests {
    struct DataSet: Sendable {
        var name: String
        var file: String
    }

    struct Outcome: Sendable {
        var dropped: Int
        var counts: [Int64: Int]

        var lines: [String] { counts.sorted { $0.key < $1.key }.map { "\($0.key),\($0.value)" } }
    }

    static let sets = [
        DataSet(name: "apache-access-log", file: "requests.csv.gz"),
        DataSet(name: "rees46-multicategory", file: "events.csv.gz"),
        DataSet(name: "taobao-userbehavior", file: "events.csv.gz"),
        DataSet(name: "globo-news-clicks", file: "clicks.csv.gz"),
    ]

    private func run(
        _ times: [Int64], size: Int64, grace: Int64, exact: Bool, parallelism: Int
    ) async throws -> Outcome {
        let results = Collected<Windowed<Int, Int>>()
        var strategy = WatermarkStrategy<Int64>.bounded(outOfOrderness: .milliseconds(grace))
        if exact { strategy = strategy.emitAfterEveryElement() }
        let topology = try Topology("lateness") { flow in
            flow.source(
                .elements(times), eventTime: { Timestamp(millis: $0) }, watermarks: strategy
            )
            .keyed(by: { Int($0 % 7) })
            .window(.tumbling(.milliseconds(size)))
            .aggregate(.count(), name: "counts")
            .sink(.collect(into: results))
        }
        let report = try await topology.run(RunOptions(parallelism: parallelism))
        var counts: [Int64: Int] = [:]
        for result in results.elements {
            counts[result.window.start.millis, default: 0] += result.value
        }
        return Outcome(dropped: report["counts"]?.late ?? -1, counts: counts)
    }

    @Test(arguments: sets)
    func dropsEqualTheReference(_ set: DataSet) async throws {
        let data = ReferenceData(set: set.name)
        let times = try data.times(set.file)
        let expected = try #require(
            data.expected("lateness")["tumbling"] as? [String: [String: Any]])
        #expect(!expected.isEmpty)
        for (name, want) in expected.sorted(by: { $0.key < $1.key }) {
            let parts = name.split(separator: "/").compactMap { Int64($0) }
            let dropped = try #require(want["dropped"] as? Int)
            // One worker is enough for the large set: a debug build is slow.
            let parallelism = times.count > 100_000 ? [1] : [1, 2]
            for parallelism in parallelism {
                let exact = try await run(
                    times, size: parts[0], grace: parts[1], exact: true, parallelism: parallelism)
                #expect(exact.dropped == dropped, "\(name)")
                #expect(exact.counts.count == want["windows"] as? Int, "\(name)")
                #expect(
                    try ReferenceData.digest(exact.lines) == want["digest"] as? String, "\(name)")
            }
            let usual = try await run(
                times, size: parts[0], grace: parts[1], exact: false, parallelism: 1)
            #expect(usual.dropped <= dropped, "\(name)")
            #expect(
                usual.dropped + usual.counts.values.reduce(0, +) == times.count,
                "nothing is lost unaccounted")
        }
    }
}
