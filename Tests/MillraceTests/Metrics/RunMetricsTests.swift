import Synchronization
import Testing

@testable import Millrace

@Suite struct RunMetricsTests {
    private func report(at millis: Int64, received: Int, emitted: Int, watermark: Int64)
        -> RunReport
    {
        var counters = OperatorCounters()
        counters.received = received
        counters.emitted = emitted
        var report = RunReport(
            merging: [
                OperatorReport(
                    name: "op", counters: counters, watermark: Timestamp(millis: watermark))
            ], order: ["op"])
        report.time = Timestamp(millis: millis)
        report.began = Timestamp(millis: 1000)
        let busy = Duration.milliseconds(millis / 2)
        report.workers = [
            WorkerLoad(
                name: "op[0]", operators: ["op"], activity: .busy,
                times: WorkerTimes(busy: busy, blocked: busy / 2, idle: busy / 2))
        ]
        return report
    }

    @Test func ratesAreThoseOfTheInterval() throws {
        let first = report(at: 2000, received: 300, emitted: 30, watermark: 1500)
        let second = report(at: 4000, received: 700, emitted: 40, watermark: 3750)
        let start = try #require(RunMetrics(first)["op"])
        #expect(start.receivedPerSecond == 300)
        #expect(start.emittedPerSecond == 30)
        #expect(start.watermarkLag == .milliseconds(500))
        let metrics = RunMetrics(second, since: first)
        #expect(metrics.interval == .seconds(2))
        let next = try #require(metrics["op"])
        #expect(next.receivedPerSecond == 200)
        #expect(next.emittedPerSecond == 5)
        #expect(next.watermarkLag == .milliseconds(250))
        #expect(next.times.busy == .seconds(1))
        #expect(next.busyShare == 0.5)
        #expect(next.blockedShare == 0.25)
        #expect(next.idleShare == 0.25)
    }

    @Test func noTimeAndNoWatermarkGiveNoRateAndNoLag() throws {
        let report = report(at: 1000, received: 5, emitted: 5, watermark: .min)
        let metrics = try #require(RunMetrics(report)["op"])
        #expect(metrics.receivedPerSecond == 0)
        #expect(metrics.watermarkLag == nil)
    }

    /// The figures come at the topology's own clock, and end with it.
    @Test(arguments: [1, 3])
    func theSequenceEndsWithTheTopology(parallelism: Int) async throws {
        let clock = ManualClock(at: Timestamp(millis: 10_000))
        let timeSource = TimeSource(
            sleep: { duration in
                await Task.yield()
                try Task.checkCancellation()
                clock.advance(by: duration)
            }, { clock.now })
        let isOver = Mutex(false)
        let seen = Mutex<[RunMetrics]>([])
        let topology = try Topology("measured") { flow in
            flow.source(
                LatchedSource(splits: [Array(0..<1000)]) { isOver.withLock { $0 } }, name: "in",
                watermarks: .bounded(outOfOrderness: .milliseconds(10))
            )
            .keyed(by: { (number: Int64) -> Int64 in number % 10 })
            .window(.tumbling(.milliseconds(300)))
            .aggregate(.count(), name: "counts")
            .forEach { _, _ in }
        }
        let options = RunOptions(parallelism: parallelism, timeSource: timeSource)
        let last = try await topology.run(options) { running in
            for await metrics in running.metrics(every: .milliseconds(250)) {
                seen.withLock { $0.append(metrics) }
                if metrics["counts"]?.report.watermark == Timestamp(millis: 988) {
                    isOver.withLock { $0 = true }
                }
            }
        }
        let all = seen.withLock { $0 }
        let final = try #require(all.last)
        #expect(final.report.splits.map(\.status) == [.finished])
        #expect(final.report["in"] == last["in"])
        #expect(final.report.progress == 1)
        // Rates times intervals add up to what has been counted.
        let total = all.reduce(0.0) {
            $0 + ($1["in"]?.receivedPerSecond ?? 0) * ($1.interval / .seconds(1))
        }
        #expect(abs(total - 1000) < 1e-6)
        #expect(all.dropLast().allSatisfy { $0.interval >= .milliseconds(250) })
        let waiting = try #require(
            all.first { $0["counts"]?.report.watermark == Timestamp(millis: 988) })
        #expect(waiting["counts"]?.report.nextDue == Timestamp(millis: 1199))
        #expect(waiting["counts"]?.watermarkLag == waiting.report.time - Timestamp(millis: 988))
        #expect(waiting.report.splits.first?.newest == Timestamp(millis: 999))
    }

    @Sendable private static func number(_ index: Int) -> (Int, Timestamp) {
        (index, Timestamp(millis: Int64(index)))
    }

    /// A worker that waits for a sink's system, and those that wait for it, answer at once.
    @Test func aSinkThatHangsBlocksItsSendersButNotTheFigures() async throws {
        let latch = Latch()
        let topology = try Topology("hanging") { flow in
            flow.source(
                .generator(count: 200_000, splits: 2, Self.number), name: "in"
            )
            .sink(LatchedSink(latch: latch), name: "slow")
        }
        let options = RunOptions(parallelism: 2, channelCapacity: 2, batchSize: 64)
        let end = try await topology.run(options) { running in
            defer { latch.open() }
            // A worker that is given room shows as blocked until it runs again: it is stuck for good
            // only if it is blocked after the channel was seen full and the sink hanging.
            var report = await running.metrics()
            var isFull = false
            while !isFull || !report.workers.prefix(2).allSatisfy({ $0.activity == .blocked }) {
                await Task.yield()
                isFull =
                    latch.isAwaited
                    && report.channels.allSatisfy { $0.queued.allSatisfy { $0 == 2 } }
                report = await running.metrics()
            }
            #expect(report.workers.map(\.name) == ["in[0]", "in[1]", "slow[0]"])
            #expect(report.workers.last?.activity == .busy)
            #expect(report.channels.count == 1)
            #expect(report.channels.first?.sender == "in")
            #expect(report.channels.first?.receiver == "slow")
            #expect(report.channels.first?.capacity == 2)
            #expect((report.channels.first?.queued.count) == 2)
            #expect((report["in"]?.received ?? 0) < 200_000)
            // Nothing moves any more, and whoever asks is answered.
            report = await running.metrics()
            let again = await running.metrics()
            #expect(again["in"] == report["in"])
        }
        #expect(end["slow"]?.received == 200_000)
        for worker in end.workers {
            #expect(worker.activity == WorkerActivity.idle)
            #expect(worker.times.busy > Duration.zero)
            #expect((worker.times.blocked > Duration.zero) == worker.operators.contains("in"))
        }
    }
}
