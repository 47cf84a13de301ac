internal import Synchronization

/// A clock that stands still until it is moved: processing time for tests and simulations.
public final class ManualClock: Sendable {
    private let time: Mutex<Timestamp>

    /// A clock that shows `start`.
    public init(at start: Timestamp = Timestamp(millis: 0)) { time = Mutex(start) }

    /// The time that the clock shows.
    public var now: Timestamp { time.withLock { $0 } }

    /// Moves the clock on by `duration`, or back if it is negative.
    public func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }

    /// Sets the clock.
    public func set(to time: Timestamp) { self.time.withLock { $0 = time } }

    /// The clock as a source of time.
    public var source: TimeSource { TimeSource { self.now } }
}
