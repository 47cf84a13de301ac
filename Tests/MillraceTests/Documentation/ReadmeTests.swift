import Millrace
import MillraceTesting
import Testing

/// The code of the README, as it stands there.
@Suite struct ReadmeTests {
    struct Click: JSONDecodableRecord {
        var product = 0
        var kind = ""
        var time = Timestamp.none

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                switch field {
                case "product": product = try json.integer()
                case "kind": kind = try json.string()
                case "time": time = try json.timestamp()
                default: try json.skip()
                }
            }
        }
    }

    func trending(
        _ clicks: DataStream<Click>
    ) -> DataStream<Windowed<Window, [Windowed<Int, Int>]>> {
        clicks
            .filter { $0.kind == "view" }
            .keyed(by: { $0.product })
            .window(.sliding(size: .hours(1), every: .minutes(5)))
            .aggregate(.count())
            .top(10, by: \.value)
    }

    @Test func theProgramCompilesAndNamesItsOperators() throws {
        let topology = try Topology("trending") { flow in
            let clicks = flow.source(
                .jsonLines("clicks.jsonl", as: Click.self), eventTime: { $0.time },
                watermarks: .bounded(outOfOrderness: .seconds(30)))
            trending(clicks).forEach { ranking, _ in
                print(ranking.window, ranking.value.map { "\($0.key): \($0.value)" })
            }
        }
        #expect(topology.describe(parallelism: 2).contains("by key Int"))
        #expect(topology.mermaid.contains("sliding 3600.0 seconds every 300.0 seconds"))
    }

    @Test func theFunctionRunsOverAnArray() async throws {
        let lines = (0..<10).map { "{\"product\":\($0 % 3),\"kind\":\"view\",\"time\":\($0)}" }
        let clicks = try lines.compactMap { line -> Click? in
            var decoder = JSONLinesDecoder<Click>()
            return try Array(line.utf8).withUnsafeBufferPointer { try decoder.decode($0) }
        }
        let rankings = try await Topology.run(on: clicks, eventTime: { $0.time }, trending)
        #expect(rankings.count == 12)
        #expect(rankings.first?.value.map(\.key) == [0, 1, 2])
        #expect(rankings.first?.value.map(\.value) == [4, 3, 3])
    }

    @Test func aRunningTopologyAnswers() async throws {
        let topology = try Topology("counts") { flow in
            flow.source(.elements([42, 42]))
                .keyed(by: { $0 }).aggregate(.count(), name: "counts").forEach { _, _ in }
        }
        try await topology.run(RunOptions(parallelism: 2)) { running in
            let report = await running.metrics()
            let counts = try await running.state("counts", key: Int.self, value: Int.self)
            print(report["counts"]?.received ?? 0, counts.get(42) ?? 0)

            print(await running.explain())
            for await metrics in running.metrics(every: .seconds(5)) {
                for figures in metrics.operators {
                    print(
                        figures.name, figures.receivedPerSecond, figures.busyShare,
                        figures.blockedShare)
                }
            }
        }
    }

    @Test func countsViewsPerMinute() async throws {
        let driver = try await TopologyDriver<Int, Windowed<Int, Int>>(parallelism: 2) {
            $0.keyed(by: { $0 }).window(.tumbling(.minutes(1))).aggregate(.count())
        }
        try driver.send([(7, 1_000), (7, 2_000), (8, 61_000)])
        try driver.advance(to: 59_999)
        #expect(driver.takeOutput().map(\.value) == [2])
        try await driver.snapshotAndRestore()
        try driver.finish()
        #expect(driver.takeOutput().map(\.key) == [8])
    }
}
