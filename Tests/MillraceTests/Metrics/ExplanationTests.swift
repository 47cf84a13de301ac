import Synchronization
import Testing

@testable import Millrace

@Suite struct ExplanationTests {
    /// Runs until `isReady`, explains, and lets the input end.
    private func explain(
        _ splits: [[Int64]], watermarks: WatermarkStrategy<Int64>, now: Int64 = 5000,
        until isReady: @escaping @Sendable (RunReport) -> Bool
    ) async throws -> (Explanation, atTheEnd: Explanation) {
        let clock = ManualClock(at: Timestamp(millis: 1000))
        let isOver = Mutex(false)
        let made = Mutex<[Explanation]>([])
        let topology = try Topology("explained") { flow in
            flow.source(
                LatchedSource(splits: splits) { isOver.withLock { $0 } }, name: "in",
                watermarks: watermarks
            )
            .keyed(by: { (number: Int64) -> Int64 in number % 10 })
            .window(.tumbling(.milliseconds(300)))
            .aggregate(.count(), name: "counts")
            .forEach(name: "out") { _, _ in }
        }
        try await topology.run(RunOptions(parallelism: 2, timeSource: clock.source)) { running in
            defer { isOver.withLock { $0 = true } }
            while true {
                let report = await running.metrics()
                let isIdle = report.workers.allSatisfy { $0.activity == WorkerActivity.idle }
                if isIdle, isReady(report) { break }
                await Task.yield()
            }
            clock.set(to: Timestamp(millis: now))
            let explanation = await running.explain()
            made.withLock { $0.append(explanation) }
            isOver.withLock { $0 = true }
            while !running.hasEnded { await Task.yield() }
            let end = await running.explain()
            made.withLock { $0.append(end) }
        }
        let all = made.withLock { $0 }
        return (try #require(all.first), try #require(all.last))
    }

    @Test func theSlowestSplitHoldsTheWatermarkBack() async throws {
        let (explanation, end) = try await explain(
            [Array(0..<1000), Array(0..<110)], watermarks: .bounded(outOfOrderness: .seconds(0.01))
        ) { $0.operators.first { $0.name == "counts" }?.watermark == Timestamp(millis: 98) }
        let counts = try #require(explanation["counts"])
        guard case .split(let split, let reason) = counts.hold else {
            Issue.record("held by \(counts.hold)")
            return
        }
        #expect(split.id == "part 1")
        #expect(split.newest == Timestamp(millis: 109))
        #expect(split.rule == .bounded(.milliseconds(10)))
        #expect(reason == .silent(.seconds(4)))
        #expect(counts.lag == .milliseconds(4902))
        #expect(counts.nextDue == Timestamp(millis: 299))
        #expect(counts.distanceToNextDue == .milliseconds(201))
        #expect(counts.stateCount > 0)
        #expect(explanation["in"]?.watermark == Timestamp(millis: 98))
        #expect(explanation.bottlenecks.isEmpty)
        let text = "\(explanation)"
        #expect(text.contains("counts: window tumbling 0.3 seconds\n"))
        #expect(
            text.contains(
                "Split 'part 1' of 'in' holds it back: it has delivered nothing for 4.0 s, and its "
                    + "strategy never counts it as idle; the newest event is at "
                    + "1970-01-01T00:00:00.109Z, and later ones may be 10 ms out of order."))
        #expect(
            text.contains(
                "It fires next when the watermark reaches 1970-01-01T00:00:00.299Z, another 201 ms "
                    + "of event time."))
        #expect(text.contains("No channel is full"))
        #expect(text.contains("No checkpoints are taken"))
        #expect(end["counts"]?.hold == .ended)
        #expect(end["counts"]?.nextDue == nil)
        #expect("\(end)".contains("The watermark says that the input has ended."))
    }

    @Test func aSplitThatHasDeliveredNothingIsNamed() async throws {
        let (explanation, _) = try await explain(
            [[], Array(0..<100)],
            watermarks: .bounded(outOfOrderness: .zero).withIdleness(after: .seconds(30))
        ) { $0["in"]?.received == 100 }
        guard case .split(let split, .nothingYet(let silence)) = explanation["counts"]?.hold else {
            Issue.record("held by \(String(describing: explanation["counts"]?.hold))")
            return
        }
        #expect(split.id == "part 0")
        #expect(silence == .seconds(4))
        #expect(explanation["counts"]?.distanceToNextDue == nil)
        #expect("\(explanation)".contains("for 4.0 s, and counts as idle after 30.0 s."))
    }

    /// What is said when the split "part 0" of `inputs[0]` has ended, "part 0" of `inputs[1]` is idle, and the
    /// others are silent.
    private func explainUnion(_ inputs: [[Int64]]) async throws -> Explanation {
        let clock = ManualClock(at: Timestamp(millis: 1000))
        let isOver = Mutex(false)
        let made = Mutex<Explanation?>(nil)
        let topology = try Topology("union") { flow in
            let streams = inputs.enumerated().map { index, elements in
                let rule = WatermarkStrategy<Int64>.monotonic
                return flow.source(
                    LatchedSource(splits: [elements]) { index == 0 || isOver.withLock { $0 } },
                    name: "in \(index)",
                    watermarks: index == 1 ? rule.withIdleness(after: .seconds(1)) : rule)
            }
            streams.dropFirst().reduce(streams[0]) { $0.union($1) }
                .forEach(name: "out") { _, _ in }
        }
        try await topology.run(RunOptions(timeSource: clock.source)) { running in
            defer { isOver.withLock { $0 = true } }
            while true {
                let report = await running.metrics()
                let received = report.splits.map { Int($0.progress) }
                if received == inputs.map(\.count) { clock.set(to: Timestamp(millis: 5000)) }
                let isQuiet =
                    report.splits.contains { $0.source == "in 1" && $0.status == .idle }
                    && report["out"]?.received == received.reduce(0, +)
                    && report.workers.allSatisfy { $0.activity == .idle }
                if isQuiet { break }
                await Task.yield()
            }
            let explanation = await running.explain()
            made.withLock { $0 = explanation }
        }
        return try #require(made.withLock { $0 })
    }

    @Test func oneEndedInputAndAnIdleOneAreIdle() async throws {
        let explanation = try await explainUnion([Array(0..<100), Array(0..<50)])
        #expect(explanation["in 0"]?.hold == .ended)
        #expect(explanation["in 1"]?.hold == .allIdle)
        #expect(explanation["out"]?.watermark == Timestamp(millis: 48))
        #expect(explanation["out"]?.hold == .allIdle)
        let union = explanation.operators.first { $0.label.contains("union") }
        #expect(union?.watermark == Timestamp(millis: 48))
    }

    @Test func anIdleInputOfAUnionDoesNotCount() async throws {
        let explanation = try await explainUnion(
            [Array(0..<100), Array(0..<10), Array(0..<80)])
        let unions = explanation.operators.filter { $0.label.contains("union") }
        #expect(unions.last?.watermark == Timestamp(millis: 78))
        #expect(explanation["out"]?.watermark == Timestamp(millis: 78))
        guard case .split(let split, .silent) = explanation["out"]?.hold else {
            Issue.record("held by \(String(describing: explanation["out"]?.hold))")
            return
        }
        #expect(split.source == "in 2")
    }

    @Test func aStrategyWithoutWatermarksIsNamed() async throws {
        let (explanation, _) = try await explain([[1, 2, 3]], watermarks: .none) {
            $0["in"]?.received == 3
        }
        guard case .split(_, .noWatermarks) = explanation["out"]?.hold else {
            Issue.record("held by \(String(describing: explanation["out"]?.hold))")
            return
        }
        #expect("\(explanation)".contains("no watermark before the end of the input"))
    }

    @Sendable private static func number(_ index: Int) -> (Int, Timestamp) {
        (index, Timestamp(millis: Int64(index)))
    }

    @Test func backPressureComesFromTheSlowSink() async throws {
        let latch = Latch()
        let topology = try Topology("slow") { flow in
            flow.source(
                .generator(count: 100_000, splits: 2, Self.number), name: "in",
                watermarks: .monotonic
            )
            .map(name: "double") { (number: Int) in number * 2 }
            .sink(LatchedSink(latch: latch), name: "slow")
        }
        let options = RunOptions(channelCapacity: 4, batchSize: 64)
        try await topology.run(options) { running in
            defer { latch.open() }
            // A sender gets room once, when the receiver takes out what has come, and waits for good then.
            while await running.explain().bottlenecks.isEmpty { await Task.yield() }
            while !(await running.metrics()).workers.prefix(2)
                .allSatisfy({ $0.activity == .blocked })
            { await Task.yield() }
            let explanation = await running.explain()
            let bottleneck = explanation.bottlenecks.first
            #expect(explanation.bottlenecks.count == 1)
            #expect(bottleneck?.name == "slow")
            #expect(bottleneck?.slows == ["double"])
            #expect((bottleneck?.fill ?? 0) >= 1)
            guard case .split(_, .blocked) = explanation["in"]?.hold else {
                Issue.record("held by \(String(describing: explanation["in"]?.hold))")
                return
            }
            #expect("\(explanation)".contains("Back-pressure comes from 'slow'"))
            #expect("\(explanation)".contains("The sink 'slow' is idempotent"))
        }
    }

    @Test(arguments: [
        (DeliveryGuarantee.atLeastOnce, Explanation.CheckpointMode.off, "may come again."),
        (.transactional, .off, "without checkpoints it publishes as it goes"),
        (.transactional, .every(.seconds(10)), "becomes visible once"),
        (.idempotent, .onDemand, "replaces the earlier one"),
    ])
    func sinksSayWhatTheyPromise(
        delivery: DeliveryGuarantee, checkpoints: Explanation.CheckpointMode, text: String
    ) {
        let explanation = Explanation(
            time: .none, operators: [], bottlenecks: [],
            sinks: [SinkExplanation(name: "out", label: "sink", delivery: delivery)],
            checkpoints: checkpoints)
        #expect("\(explanation)".contains("The sink 'out' "))
        #expect("\(explanation)".contains(text))
        if case .every = checkpoints {
            #expect("\(explanation)".contains("A checkpoint is taken every 10.0 s."))
        }
    }

    @Test(arguments: [
        (Int64(0), "0 ms"), (999, "999 ms"), (12_345, "12.3 s"), (600_000, "10 min"),
        (86_400_000, "24 h"), (864_000_000, "10 d"),
    ])
    func durationsAreBrief(millis: Int64, text: String) {
        #expect(Duration.milliseconds(millis).brief == text)
    }
}
