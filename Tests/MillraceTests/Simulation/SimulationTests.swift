import Millrace
import MillraceTesting
import Testing

/// Crashes leave no trace in what a topology writes.
@Suite struct SimulationTests {
    struct Click: Sendable, Codable, Equatable {
        var user: Int
        var page: String
        var time: Int64
    }

    struct Row: JSONEncodableRecord, Sendable {
        var text: String

        func encode(to json: inout JSONWriter) { json.field("row", text) }
    }

    static let clicks: [[Click]] = (0..<2).map { split in
        var generator = SeededGenerator(seed: UInt64(split))
        return (0..<120).map { index in
            let jitter = Int64(generator.next() % 800)
            return Click(
                user: Int(generator.next() % 9), page: "page \(generator.next() % 4)",
                time: Int64(index) * 100 + jitter)
        }
    }

    static func clicks(_ flow: Flow) -> DataStream<Click> {
        flow.source(
            .splits(clicks), eventTime: { Timestamp(millis: $0.time) },
            watermarks: .bounded(outOfOrderness: .seconds(1)))
    }

    static let windows = Simulation { _ in
        try Topology("windows") { flow in
            let clicks = clicks(flow)
            clicks.keyed(by: \.user).window(.tumbling(.seconds(2))).aggregate(.count())
                .map { Row(text: "\($0)") }.sink(.jsonLines("counts.jsonl"))
            clicks.keyed(by: \.page).window(.session(gap: .milliseconds(300)))
                .aggregate(.collect())
                .map { Row(text: "\($0.key) \($0.window) \($0.value.map(\.time).sorted())") }
                .sink(.jsonLines("sessions.jsonl"))
        }
    }

    /// Timers, expiry and side outputs.
    static let process = Simulation { _ in
        try Topology("process") { flow in
            let clicks = clicks(flow)
            let results = clicks.keyed(by: \.user).process(
                "visits", state: Int.self, output: String.self
            ) { (click, visits: inout Int?, context) in
                visits = (visits ?? 0) + 1
                context.setTimer(at: Timestamp(millis: click.time + 500), name: "\(click.time)")
            } onTimer: { (timer, visits: inout Int?, context) in
                context.emit("\(timer.key) at \(timer.timestamp)")
            }
            results.map { Row(text: $0) }.sink(.jsonLines("timers.jsonl"))
        }
    }

    /// One split whose every fourth element is late, with the watermark after every element, so that which
    /// are late does not depend on batches.
    static let late = Simulation { _ in
        try Topology("late") { flow in
            let clicks = flow.source(
                .elements(clicks[0]), eventTime: { Timestamp(millis: $0.time) },
                watermarks: .bounded(outOfOrderness: .milliseconds(100)).emitAfterEveryElement())
            clicks.keyed(by: \.page).window(.session(gap: .milliseconds(300)))
                .late { $0.map { Row(text: "\($0)") }.sink(.jsonLines("late.jsonl")) }
                .aggregate(.count()).map { Row(text: "\($0)") }.sink(.jsonLines("sessions.jsonl"))
        }
    }

    @Test func lateElements() throws { try Self.late.check(seeds: 0..<50) }

    @Test func windowsAndSessions() throws {
        let summary = try Self.windows.check(seeds: 0..<100)
        #expect(summary.recoveries > 25)
        #expect(summary.checkpoints > 200)
    }

    @Test func timersAndState() throws {
        let summary = try Self.process.check(seeds: 0..<100)
        #expect(summary.recoveries > 25)
    }

    @Test(arguments: PlantedBug.allCases)
    func plantedBugsAreFound(_ bug: PlantedBug) throws {
        let simulation =
            switch bug {
            case .timersLostOnRescale: Self.process
            case .watermarkNotRestored: Self.late
            default: Self.windows
            }
        PlantedBug.$current.withValue(bug) {
            #expect(throws: SimulationFailure.self) {
                try simulation.check(seeds: 0..<400)
            }
        }
    }
}
