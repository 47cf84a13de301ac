import MillraceTesting
import Testing

@testable import Millrace

@Suite struct LingerTests {
    private let clock = ManualClock(at: Timestamp(millis: 1000))

    @Test func waitsForAsLongAsItSays() {
        var linger = Linger(.milliseconds(5))
        var isOver: [Bool] = []
        for pause in [0, 4, 1] {
            clock.advance(by: .milliseconds(pause))
            isOver.append(linger.isOver(clock.source))
        }
        linger.restart()
        isOver.append(linger.isOver(clock.source))
        #expect(isOver == [false, false, true, false], "it begins anew")
    }

    @Test func zeroHoldsNothingBack() {
        var linger = Linger(.zero)
        let isOver = linger.isOver(clock.source)
        #expect(isOver)
    }

    @Test func doesNotWaitForeverOnAClockThatStandsStill() {
        var linger = Linger(.seconds(3600))
        let first = (1...1000).first { _ in linger.isOver(clock.source) }
        #expect(first == 64)
    }

    @Test func doesNotWaitForAClockThatWasSetBack() {
        var linger = Linger(.milliseconds(5))
        let before = linger.isOver(clock.source)
        let after = linger.isOver(TimeSource { Timestamp(millis: 10) })
        #expect(!before && after)
    }

    @Test func aRunRefusesANegativeOne() async throws {
        let topology = try Topology("t") { flow in
            flow.source(.elements([1]), watermarks: .none).forEach { _, _ in }
        }
        var options = RunOptions()
        options.linger = .milliseconds(-1)
        let error = await #expect(throws: StreamError.self) { try await topology.run(options) }
        #expect(error?.code == .invalidTopology)
        #expect(error?.description.contains("linger") == true)
    }
}
