import Synchronization
import Testing

@testable import Millrace

@Suite struct CircuitBreakerTests {
    struct Away: Error {}

    private func mayCall(_ circuit: Circuit, _ clock: JumpingClock) -> Bool {
        do { try circuit.enter(at: clock.now) } catch {
            #expect((error as? StreamError)?.code == .circuitOpen)
            return false
        }
        return true
    }

    @Test func itOpensAfterFailuresInARow() {
        let clock = JumpingClock()
        let circuit = Circuit(CircuitBreaker(failureCount: 3, pause: .seconds(10)))
        for succeeded in [false, false, true, false, false] {
            #expect(mayCall(circuit, clock))
            circuit.leave(succeeded: succeeded, at: clock.now)
        }
        #expect(mayCall(circuit, clock))
        circuit.leave(succeeded: false, at: clock.now)
        #expect(!mayCall(circuit, clock))
        clock.advance(by: .milliseconds(9999))
        #expect(!mayCall(circuit, clock))
    }

    @Test(arguments: [false, true])
    func oneCallIsTriedAfterThePause(succeeds: Bool) {
        let clock = JumpingClock()
        let circuit = Circuit(CircuitBreaker(failureCount: 1, pause: .seconds(10)))
        #expect(mayCall(circuit, clock))
        circuit.leave(succeeded: false, at: clock.now)
        clock.advance(by: .seconds(10))
        #expect(mayCall(circuit, clock))
        #expect(!mayCall(circuit, clock))
        circuit.leave(succeeded: succeeds, at: clock.now)
        #expect(mayCall(circuit, clock) == succeeds)
    }

    /// What the system refuses while it is away goes to the dead letters, mostly without being asked.
    @Test func aTopologySendsElementsToTheDeadLetters() async throws {
        let clock = JumpingClock()
        let results = Collected<Int>()
        let letters = Collected<DeadLetter>()
        let calls = Mutex(0)
        let topology = try Topology("calls") { flow in
            flow.source(.elements(0..<100))
                .asyncMap(
                    concurrency: 1,
                    retry: RetryPolicy(maximumAttempts: 2, firstDelay: .seconds(1), jitter: 0),
                    circuit: CircuitBreaker(failureCount: 3, pause: .seconds(60))
                ) { (number: Int) async throws -> Int in
                    calls.withLock { $0 += 1 }
                    if (10..<20).contains(number) { throw Away() }
                    return number
                }
                .onError(.deadLetter)
                .deadLetters { $0.sink(.collect(into: letters)) }
                .sink(.collect(into: results))
        }
        try await topology.run(RunOptions(parallelism: 1, timeSource: clock.source))
        // Three calls of two attempts fail; as nobody sleeps any more, the circuit stays open.
        #expect(results.elements == Array(0..<10))
        #expect(calls.withLock { $0 } == 10 + 3 * 2)
        #expect(letters.elements.map { $0.element as? Int } == (10..<100).map { $0 })
        let codes = letters.elements.map { ($0.error as? StreamError)?.code }
        #expect(codes == [nil, nil, nil] + [StreamError.Code?](repeating: .circuitOpen, count: 87))
        #expect(clock.sleeps.filter { $0 == .seconds(1) }.count == 3)
    }

    @Test func callsAreRepeatedUntilTheySucceed() async throws {
        let clock = JumpingClock()
        let results = Collected<Int>()
        let attempts = Mutex([Int: Int]())
        let topology = try Topology("calls") { flow in
            flow.source(.elements(0..<50))
                .asyncMap(concurrency: 4, retry: RetryPolicy(maximumAttempts: 3, totalTime: nil)) {
                    (number: Int) async throws -> Int in
                    let count = attempts.withLock { attempts in
                        attempts[number, default: 0] += 1
                        return attempts[number, default: 0]
                    }
                    if count < 3 { throw Away() }
                    return number
                }
                .sink(.collect(into: results))
        }
        try await topology.run(RunOptions(parallelism: 1, timeSource: clock.source))
        #expect(results.elements == Array(0..<50))
        #expect(attempts.withLock { $0.values.allSatisfy { $0 == 3 } })
    }
}
