internal import Synchronization

/// When calls to a system that does not answer are no longer tried.
///
/// After a number of failures in a row the circuit is open: elements are rejected at once, with code `circuitOpen`,
/// and so go where the operator's error policy says, such as to the dead letters. After a while one element is
/// tried: if its call fails too, the circuit stays open for as long again. (Nygard, "Release It!", 2007.)
public struct CircuitBreaker: Sendable, Hashable {
    /// How many calls in a row must fail; retries of one call do not count.
    public var failureCount: Int
    /// For how long nothing is tried then, in processing time.
    public var pause: Duration

    /// A circuit that opens after `failureCount` failures in a row, for the time of `pause`.
    public init(failureCount: Int, pause: Duration) {
        precondition(failureCount >= 1, "a circuit opens after at least one failure")
        self.failureCount = failureCount
        self.pause = pause
    }
}

/// The circuit of one operator instance.
final class Circuit: Sendable {
    private enum State: Sendable {
        case closed(failures: Int)
        case open(until: Timestamp)
        /// One call is tried.
        case trying
    }

    private let breaker: CircuitBreaker
    private let state = Mutex(State.closed(failures: 0))

    init(_ breaker: CircuitBreaker) { self.breaker = breaker }

    /// Asks whether a call may be made.
    /// - Throws: ``StreamError`` with code `circuitOpen` if not.
    func enter(at now: Timestamp) throws {
        let mayCall = state.withLock { state in
            switch state {
            case .closed: return true
            case .trying: return false
            case .open(let until):
                if now < until { return false }
                state = .trying
                return true
            }
        }
        if mayCall { return }
        throw StreamError(
            .circuitOpen,
            "\(breaker.failureCount) calls in a row have failed, so no more are made for a while")
    }

    /// Notes how a call has ended.
    func leave(succeeded: Bool, at now: Timestamp) {
        state.withLock { state in
            if succeeded {
                // One that was begun before the circuit opened shows that the system answers again.
                state = .closed(failures: 0)
                return
            }
            switch state {
            case .closed(let failures) where failures + 1 < breaker.failureCount:
                state = .closed(failures: failures + 1)
            case .closed, .trying: state = .open(until: now + breaker.pause)
            case .open: break
            }
        }
    }
}
