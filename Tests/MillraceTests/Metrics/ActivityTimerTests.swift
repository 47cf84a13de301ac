import Testing

@testable import Millrace

@Suite struct ActivityTimerTests {
    @Test func everyMomentCountsForOneActivity() {
        let start = ContinuousClock.now
        let at = { (millis: Int) in start + .milliseconds(millis) }
        var timer = ActivityTimer(at: start)
        timer.enter(.busy, at: at(10))
        timer.enter(.blocked, at: at(30))
        timer.enter(.busy, at: at(70))
        let times = timer.times(at: at(100))
        #expect(times.idle == .milliseconds(10))
        #expect(times.blocked == .milliseconds(40))
        #expect(times.busy == .milliseconds(50))
        #expect(times.total == .milliseconds(100))
        #expect(times.share(of: .busy) == 0.5)
        #expect(timer.activity == .busy)
    }

    @Test func aClockThatStandsStillOrGoesBackAddsNothing() {
        let start = ContinuousClock.now
        let timer = ActivityTimer(at: start)
        #expect(timer.times(at: start).share(of: .idle) == 0)
        #expect(timer.times(at: start - .seconds(1)) == WorkerTimes())
    }
}
