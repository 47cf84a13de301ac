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

    @Test func lessThanAMillisecondIsOne() {
        var linger = Linger(.microseconds(10))
        let isOver = linger.isOver(clock.source)
        #expect(!isOver)
    }

    /// A source that always has more, in front of asynchronous calls: the worker is never idle.
    @Test(.timeLimit(.minutes(1)), arguments: [false, true])
    func aBusyWorkerSendsWatermarks(throughCalls: Bool) async throws {
        let (results, continuation) = AsyncStream.makeStream(of: Window.self)
        let topology = try Topology("busy") { flow in
            let numbers = flow.source(
                .generator(count: 1 << 60) { @Sendable index in
                    (Int(index), Timestamp(millis: Int64(index)))
                }, watermarks: .monotonic)
            let answers = throughCalls ? numbers.asyncMap(concurrency: 4) { $0 } : numbers
            answers.keyed(by: { $0 % 10 })
                .window(.tumbling(.seconds(1)))
                .aggregate(.count())
                .forEach { result, _ in continuation.yield(result.window) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await topology.run(RunOptions(parallelism: 2)) } catch is CancellationError
                {}
            }
            for await window in results where window.start.millis >= 3000 { break }
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
