import Testing

@testable import Millrace

@Suite struct TimeSourceTests {
    @Test func theSystemClockShowsTheTimeOfThisCentury() {
        let now = TimeSource.system.now()
        #expect(now > Timestamp(millis: 1_600_000_000_000))
        #expect(now < Timestamp(millis: 4_102_444_800_000))
    }

    @Test func aManualClockMovesOnlyByHand() {
        let clock = ManualClock(at: Timestamp(millis: 5))
        let source = clock.source
        #expect(source.now() == Timestamp(millis: 5))
        clock.advance(by: .seconds(2))
        #expect(source.now() == Timestamp(millis: 2005))
        clock.set(to: Timestamp(millis: -1))
        #expect(source.now() == Timestamp(millis: -1))
    }
}
