import Testing

@testable import Millrace

@Suite struct TimestampGuardTests {
    private func guarded(
        _ policy: TimestampGuard.Policy, confirmations: Int = 3
    ) -> WatermarkStrategy<Int> {
        .monotonic.rejectingTimestamps(
            furtherAheadThan: .milliseconds(100), of: .eventTime(confirmations: confirmations),
            policy: policy)
    }

    /// A split that has accepted the time 12.
    private func started(_ strategy: WatermarkStrategy<Int>) throws -> SplitProbe {
        var probe = SplitProbe(strategy)
        #expect(try probe.feed([10, 11, 12]) == [11])
        return probe
    }

    @Test func oneWrongClockDoesNotMoveTime() throws {
        var probe = try started(guarded(.holdBack))
        let held = probe.split.heldBackCount
        #expect(try probe.feed([13, 1_000_000, 14, 1_000_000, 15]) == [14])
        #expect(probe.split.heldBackCount == held + 2)
        #expect(probe.output.dropped.isEmpty)
    }

    @Test func aWrongClockIsNotConfirmedByTheStartOfAGap() throws {
        var probe = try started(guarded(.holdBack))
        #expect(try probe.feed([5000, 1_000_000, 5001, 1_000_000]) == [])
        #expect(try probe.feed([5002, 5003, 5004]) == [5003])
    }

    @Test func aGapIsAcceptedOnceConfirmed() throws {
        var probe = try started(guarded(.holdBack))
        #expect(try probe.feed([5_000_000]) == [])
        #expect(try probe.feed([5_000_050]) == [])
        #expect(try probe.feed([5_000_020]) == [5_000_049])
        #expect(try probe.feed([5_000_149]) == [5_000_148])
    }

    @Test func theFirstElementsNeedConfirmationButAreNeverDropped() throws {
        var probe = SplitProbe(guarded(.drop))
        #expect(try probe.feed([9_000_000, 10, 11]) == [])
        #expect(try probe.feed([12]) == [11])
        #expect(probe.output.dropped.isEmpty)
        #expect(probe.split.droppedCount == 0)
    }

    @Test func droppedElementsAreNamedAndCounted() throws {
        var probe = try started(guarded(.drop))
        #expect(try probe.feed([13, 1_000_000, 14, 2_000_000]) == [13])
        #expect(probe.output.dropped == [1, 3])
        #expect(probe.split.droppedCount == 2)
    }

    @Test func failingNamesTheTimestamp() throws {
        var probe = try started(guarded(.fail))
        let error = #expect(throws: StreamError.self) { try probe.feed([13, 1_000_000]) }
        #expect(error?.code == .badTimestamp)
        #expect(error?.message.contains("1970-01-01T00:16:40.000Z") == true)
    }

    @Test func theRunSurvivesARestart() throws {
        var probe = try started(guarded(.holdBack))
        probe.restores = true
        try probe.feed([5000])
        try probe.feed([5001])
        #expect(try probe.feed([5002]) == [5001])
    }

    @Test func theWallClockJudgesLiveInput() throws {
        let strategy = WatermarkStrategy<Int>.monotonic.rejectingTimestamps(
            furtherAheadThan: .milliseconds(100), of: .processingTime, policy: .drop)
        var probe = SplitProbe(strategy, now: 1000)
        #expect(try probe.feed([1101, 1100]) == [1099])
        #expect(probe.output.dropped == [0])
        #expect(try probe.feed([-50_000, 20]) == [])
        #expect(probe.output.dropped.isEmpty)
    }

    @Test func customGeneratorsDoNotSeeSuspects() throws {
        let strategy = WatermarkStrategy<Int>.custom { LastTime() }.rejectingTimestamps(
            furtherAheadThan: .milliseconds(100), of: .eventTime(confirmations: 2))
        var probe = SplitProbe(strategy)
        #expect(try probe.feed([10, 11, 1_000_000, 12]) == [12])
    }
}

private struct LastTime: WatermarkGenerator {
    func onEvent(_ element: borrowing Int, at timestamp: Timestamp) -> Timestamp? { timestamp }
}
