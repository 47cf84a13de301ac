import Millrace
import MillraceTesting

/// Topologies whose output must not depend on crashes, scheduling or parallelism.
enum SimulatedTopologies {
    struct Click: Sendable, Codable, Equatable {
        var user: Int
        var page: String
        var time: Int64
    }

    struct Row: JSONEncodableRecord, Codable {
        var text: String

        func encode(to json: inout JSONWriter) { json.field("row", text) }
    }

    static let events: [[Click]] = (0..<2).map { split in
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
            .splits(events), eventTime: { Timestamp(millis: $0.time) },
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

    /// The same results in a sink that repeats its calls, and in an event log.
    static let retries = Simulation { _ in
        try Topology("retries") { flow in
            let counts = clicks(flow).keyed(by: \.user).window(.tumbling(.seconds(2)))
                .aggregate(.count(), name: "counts").map { Row(text: "\($0)") }
            let patience = RetryPolicy(firstDelay: .milliseconds(1))
            counts.sink(.jsonLines("counts.jsonl").retrying(patience), name: "file")
            counts.sink(
                .eventLog("counts.log", partitions: 2, key: { $0.text }).retrying(patience),
                name: "log")
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
                .elements(events[0]), eventTime: { Timestamp(millis: $0.time) },
                watermarks: .bounded(outOfOrderness: .milliseconds(100)).emitAfterEveryElement())
            clicks.keyed(by: \.page).window(.session(gap: .milliseconds(300)))
                .late { $0.map { Row(text: "\($0)") }.sink(.jsonLines("late.jsonl")) }
                .aggregate(.count()).map { Row(text: "\($0)") }.sink(.jsonLines("sessions.jsonl"))
        }
    }

    /// Every operator whose output does not depend on the order in which splits are read: one split, and two
    /// streams that join again.
    static let everything = Simulation { _ in
        try Topology("everything") { flow in
            let clicks = flow.source(
                .elements(events[0]), name: "clicks", eventTime: { Timestamp(millis: $0.time) },
                watermarks: .bounded(outOfOrderness: .seconds(1)))
            let others = flow.source(
                .elements(events[1]), name: "others", eventTime: { Timestamp(millis: $0.time) },
                watermarks: .bounded(outOfOrderness: .seconds(1)))
            let odd = SideOutput<Click>("odd")
            let parted = clicks.filter { $0.page != "page 3" }
                .flatMap { click in [click, click] }
                .keyed(by: { "\($0.user) \($0.time)" }).deduplicated(within: .minutes(1))
                .apply("part") { Part(odd: odd) }
            parted.sideOutput(odd).map { Row(text: "odd \($0.time)") }
                .sink(.jsonLines("odd.jsonl"))
            let scored = parted.asyncMap(concurrency: 3, ordered: true) { click in
                await Task.yield()
                return Scored(user: click.user, time: click.time, score: click.user * 2)
            }
            let more = others.asyncMap(concurrency: 2, ordered: false) { click in
                await Task.yield()
                return Scored(user: click.user, time: click.time, score: 1)
            }
            scored.union(more).keyed(by: \.user).window(
                .sliding(size: .seconds(4), every: .seconds(1))
            )
            .aggregate(.all(.count(), .sum { $0.score }, .maximum(\.time)))
            .map { Row(text: "\($0)") }.sink(.jsonLines("sliding.jsonl"))
            clicks.inEventTimeOrder().keyed(by: \.user).aggregate(Sum { $0.time })
                .map { Row(text: "\($0)") }.sink(.jsonLines("running.jsonl"))
            clicks.keyed(by: \.user).window(.count(5)).aggregate(.collect())
                .map { Row(text: "\($0.key) \($0.value.map(\.time))") }
                .sink(.jsonLines("fives.jsonl"))
            clicks.keyed(by: \.page).window(.tumbling(.seconds(3)))
                .aggregate(.approximateDistinctCount(\.user)).top(2, by: { $0.value })
                .map { Row(text: "\($0.window) \($0.value.map { ($0.key, $0.value) })") }
                .sink(.jsonLines("top.jsonl"))
        }
    }

    struct Scored: Sendable, Codable {
        var user: Int
        var time: Int64
        var score: Int
    }

    /// Sends clicks of odd users to a side output, and counts all.
    struct Part: Operator {
        let odd: SideOutput<Click>
        var seen = 0

        mutating func process(_ batch: inout Batch<Click>, into output: inout Emitter<Click>) throws
        {
            for index in 0..<batch.count {
                seen += 1
                let click = batch.elements[index]
                try output.emit(click, at: batch.timestamps[index])
                if click.user % 2 == 1 {
                    try output.emit(click, at: batch.timestamps[index], to: odd)
                }
            }
        }

        mutating func snapshot() -> Int { seen }
        mutating func restore(_ snapshots: [Int], owning groups: GroupOwnership) {
            seen = groups.range.lowerBound == 0 ? snapshots.reduce(0, +) : 0
        }
    }
}
