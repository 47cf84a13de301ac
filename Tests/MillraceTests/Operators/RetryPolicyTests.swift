import Synchronization
import Testing

@testable import Millrace

/// A clock that jumps ahead for whoever sleeps, and notes for how long.
final class JumpingClock: Sendable {
    private let clock = ManualClock(at: Timestamp(millis: 1_000_000))
    private let state = Mutex([Duration]())

    var sleeps: [Duration] { state.withLock { $0 } }
    var now: Timestamp { clock.now }
    func advance(by duration: Duration) { clock.advance(by: duration) }

    var source: TimeSource {
        TimeSource(
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { $0.append(duration) }
                self.clock.advance(by: duration)
            }, { self.clock.now })
    }
}

@Suite struct RetryPolicyTests {
    struct Away: Error {}

    /// How often a call is made that fails the first `failures` times.
    private func attempts(
        _ policy: RetryPolicy, failures: Int, number: Int = 0, _ clock: JumpingClock
    ) async -> (count: Int, succeeded: Bool) {
        var count = 0
        var attempts = RetryAttempts(policy, number: number, clock.source)
        while true {
            count += 1
            if count > failures { return (count, true) }
            do { try await attempts.wait(after: Away()) } catch { return (count, false) }
        }
    }

    @Test func delaysGrowToTheLongest() async {
        let clock = JumpingClock()
        let policy = RetryPolicy(
            maximumAttempts: 6, firstDelay: .milliseconds(100), multiplier: 3,
            maximumDelay: .seconds(2), jitter: 0)
        #expect(await attempts(policy, failures: 9, clock) == (6, false))
        #expect(
            clock.sleeps == [
                .milliseconds(100), .milliseconds(300), .milliseconds(900), .seconds(2),
                .seconds(2),
            ])
    }

    @Test func aCallThatSucceedsIsNotRepeated() async {
        let clock = JumpingClock()
        #expect(await attempts(RetryPolicy(), failures: 0, clock) == (1, true))
        #expect(await attempts(RetryPolicy(), failures: 2, clock) == (3, true))
        #expect(clock.sleeps.count == 2)
    }

    @Test func jitterIsThatOfTheSeed() async {
        func sleeps(seed: UInt64, number: Int) async -> [Duration] {
            let clock = JumpingClock()
            let policy = RetryPolicy(maximumAttempts: 50, totalTime: nil, jitter: 0.5, seed: seed)
            _ = await attempts(policy, failures: 99, number: number, clock)
            return clock.sleeps
        }
        let first = await sleeps(seed: 1, number: 0)
        #expect(first == (await sleeps(seed: 1, number: 0)))
        #expect(first != (await sleeps(seed: 2, number: 0)))
        #expect(first != (await sleeps(seed: 1, number: 1)))
        let longest = first.dropFirst(10)
        #expect(longest.allSatisfy { $0 >= .seconds(15) && $0 <= .seconds(30) })
        #expect((longest.min() ?? .zero) < .seconds(18))
        #expect((longest.max() ?? .zero) > .seconds(27))
    }

    @Test func theTotalTimeIsKept() async {
        let clock = JumpingClock()
        let start = clock.now
        let policy = RetryPolicy(
            maximumAttempts: 100, totalTime: .seconds(3), firstDelay: .seconds(1), multiplier: 1,
            jitter: 0)
        #expect(await attempts(policy, failures: 99, clock) == (4, false))
        #expect(clock.now == start + .seconds(3))
    }

    @Test func whatIsNotTransientIsNotRepeated() async {
        let clock = JumpingClock()
        let policy = RetryPolicy(isTransient: { !($0 is Away) })
        #expect(await attempts(policy, failures: 1, clock) == (1, false))
        var attempts = RetryAttempts(RetryPolicy(), number: 0, clock.source)
        await #expect(throws: CancellationError.self) {
            try await attempts.wait(after: CancellationError())
        }
        #expect(clock.sleeps == [])
    }
}
