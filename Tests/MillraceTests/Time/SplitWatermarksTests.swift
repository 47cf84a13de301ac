import MillraceTesting
import Testing

@testable import Millrace

/// A split under test: feeds batches of timestamps and keeps what comes out.
struct SplitProbe {
    var split: SplitWatermarks<Int>
    let strategy: WatermarkStrategy<Int>
    var output = SplitOutput()
    var now = Timestamp(millis: 0)
    var restores = false

    init(_ strategy: WatermarkStrategy<Int>, now: Int64 = 0) {
        self.strategy = strategy
        self.now = Timestamp(millis: now)
        split = SplitWatermarks(strategy, now: self.now)
    }

    /// Feeds one batch and returns the watermarks sent.
    @discardableResult
    mutating func feed(_ times: [Int64]) throws -> [Int64] {
        let batch = Batch(
            elements: ContiguousArray(times.indices),
            timestamps: ContiguousArray(times.map { Timestamp(millis: $0) }))
        try split.observe(batch, now: now, into: &output)
        if restores { split = SplitWatermarks(strategy, restoring: split.snapshot, now: now) }
        return output.cuts.map(\.watermark.millis)
    }

    @discardableResult
    mutating func tick(_ millis: Int64, isReading: Bool = true) -> InputStatus? {
        now = Timestamp(millis: millis)
        split.tick(now: now, isReading: isReading, into: &output)
        return output.status
    }
}

@Suite struct SplitWatermarksTests {
    @Test func nothingIsSentBeforeTheFirstElement() throws {
        var probe = SplitProbe(.bounded(outOfOrderness: .milliseconds(10)))
        #expect(try probe.feed([]) == [])
        #expect(probe.split.watermark == .none)
    }

    @Test func theWatermarkTrailsTheMaximumByTheBoundAndOne() throws {
        var probe = SplitProbe(.bounded(outOfOrderness: .milliseconds(10)))
        #expect(try probe.feed([1337]) == [1326])
        #expect(try probe.feed([1400, 1300]) == [1389])
        #expect(try probe.feed([1300]) == [])
    }

    @Test func aRepeatedMaximumIsSentOnce() throws {
        var probe = SplitProbe(.bounded(outOfOrderness: .milliseconds(10)))
        #expect(try probe.feed([723_456]) == [723_445])
        #expect(try probe.feed([723_456]) == [])
        #expect(probe.split.watermark.millis == 723_445)
    }

    @Test func monotonicLeavesRoomForTheSameMillisecond() throws {
        var probe = SplitProbe(.monotonic)
        #expect(try probe.feed([5]) == [4])
        #expect(try probe.feed([5]) == [])
        #expect(try probe.feed([6]) == [5])
    }

    @Test func saturatesAtTheEndsOfTheRange() throws {
        var probe = SplitProbe(.bounded(outOfOrderness: .seconds(1)))
        #expect(try probe.feed([.min + 5]) == [])
        #expect(try probe.feed([.max]) == [.max - 1001])
        var custom = SplitProbe(.custom { Echo() })
        #expect(try custom.feed([.max]) == [.max - 1])
    }

    @Test(arguments: [false, true])
    func anElementWithoutTimestampIsNamed(everyElement: Bool) {
        let bounded = WatermarkStrategy<Int>.monotonic
        var probe = SplitProbe(everyElement ? bounded.emitAfterEveryElement() : bounded)
        let error = #expect(throws: StreamError.self) { try probe.feed([4, 5, .min, 6]) }
        #expect(error?.code == .badTimestamp)
        #expect(error?.place == "element 2 of the batch")
    }

    @Test func afterEveryElementBatchingDoesNotMatter() throws {
        var random = SeededGenerator(seed: 3)
        let strategies: [WatermarkStrategy<Int>] = [
            .bounded(outOfOrderness: .milliseconds(4)), .custom { Echo() },
            .monotonic.rejectingTimestamps(
                furtherAheadThan: .milliseconds(50), of: .eventTime(confirmations: 3)),
        ]
        for strategy in strategies {
            let times = (0..<600).map { index in
                Int64(index) + .random(in: -9...9, using: &random)
                    + (Int.random(in: 0..<20, using: &random) == 0 ? 500 : 0)
            }
            var whole = SplitProbe(strategy.emitAfterEveryElement())
            var pieces = SplitProbe(strategy.emitAfterEveryElement())
            pieces.restores = strategy.timestampGuard != nil
            var sent: [Int64] = []
            var rest = times[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...40, using: &random)
                sent += try pieces.feed(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let expected = try whole.feed(times)
            #expect(expected.count > 10)
            #expect(sent == expected)
        }
    }

    @Test func cutsSayWhereTheWatermarkGoes() throws {
        var probe = SplitProbe(.monotonic.emitAfterEveryElement())
        try probe.feed([10, 9, 12])
        #expect(
            probe.output.cuts == [
                WatermarkCut(after: 1, Timestamp(millis: 9)),
                WatermarkCut(after: 3, Timestamp(millis: 11)),
            ])
        var atEnd = SplitProbe(.monotonic)
        try atEnd.feed([10, 12, 9])
        #expect(atEnd.output.cuts == [WatermarkCut(after: 3, Timestamp(millis: 11))])
    }

    @Test func timeDoesNotGoBackAfterARestart() throws {
        var probe = SplitProbe(.bounded(outOfOrderness: .milliseconds(10)))
        try probe.feed([1000])
        let wider = WatermarkStrategy<Int>.bounded(outOfOrderness: .milliseconds(500))
        probe.split = SplitWatermarks(wider, restoring: probe.split.snapshot, now: probe.now)
        #expect(try probe.feed([1100]) == [])
        #expect(probe.split.watermark.millis == 989)
        #expect(try probe.feed([1600]) == [1099])
    }

    @Test func aSilentSplitBecomesIdleAndComesBack() throws {
        var probe = SplitProbe(.monotonic.withIdleness(after: .seconds(5)), now: 1000)
        #expect(probe.split.idleTime?.millis == 6000)
        #expect(probe.tick(5999) == nil)
        #expect(probe.tick(6000) == .idle)
        #expect(probe.tick(7000) == nil)
        try probe.feed([])
        #expect(probe.output.status == nil)
        try probe.feed([3])
        #expect(probe.output.status == .active)
        #expect(probe.split.idleTime?.millis == 12_000)
    }

    /// Else it would not be idle before the clock has caught up.
    @Test func aClockThatIsSetBackBeginsTheSilenceAnew() {
        var probe = SplitProbe(.monotonic.withIdleness(after: .seconds(5)), now: 3_600_000)
        #expect(probe.tick(1000) == nil)
        #expect(probe.split.idleTime?.millis == 6000)
        #expect(probe.tick(5999) == nil)
        #expect(probe.tick(6000) == .idle)
    }

    @Test func aPausedSplitIsNotIdle() {
        var probe = SplitProbe(.monotonic.withIdleness(after: .seconds(5)))
        #expect(probe.tick(9000, isReading: false) == nil)
        #expect(probe.tick(13_999) == nil)
        #expect(probe.tick(14_000) == .idle)
    }

    @Test func processingTimeFollowsTheClockButNeverBack() throws {
        var probe = SplitProbe(.processingTime, now: 100)
        #expect(try probe.feed([100]) == [99])
        probe.tick(50)
        #expect(probe.output.cuts.isEmpty)
        #expect(probe.split.ingestionTime(now: probe.now).millis == 100)
        probe.tick(200)
        #expect(probe.output.cuts == [WatermarkCut(after: 0, Timestamp(millis: 199))])
    }

    @Test func withoutEventTimeNothingIsNeededAndNothingSent() throws {
        var probe = SplitProbe(.none)
        #expect(try probe.feed([.min, 5]) == [])
        #expect(probe.split.watermark == .none)
    }

    @Test func customGeneratorsMayGoByElementsAndByTime() throws {
        var probe = SplitProbe(.custom { Echo() })
        #expect(try probe.feed([5, 3]) == [5])
        #expect(try probe.feed([4]) == [])
        probe.tick(1000)
        #expect(probe.output.cuts == [WatermarkCut(after: 0, Timestamp(millis: 900))])
    }

    @Test func pausesTheFastUntilTheSlowestIsWithinTheDrift() {
        let strategy = WatermarkStrategy<Int>.monotonic.withAlignment(maxDrift: .milliseconds(50))
        let slowest = Timestamp(millis: 100)
        #expect(!strategy.pauses(at: Timestamp(millis: 150), slowest: slowest))
        #expect(strategy.pauses(at: Timestamp(millis: 151), slowest: slowest))
        #expect(!strategy.pauses(at: .max, slowest: .none))
        #expect(!WatermarkStrategy<Int>.monotonic.pauses(at: .max, slowest: slowest))
    }
}

/// Says every timestamp as a watermark, and at intervals the clock less a tenth of a second.
private struct Echo: WatermarkGenerator {
    func onEvent(_ element: borrowing Int, at timestamp: Timestamp) -> Timestamp? { timestamp }
    func onPeriodic(now: Timestamp) -> Timestamp? { now - .milliseconds(100) }
}
