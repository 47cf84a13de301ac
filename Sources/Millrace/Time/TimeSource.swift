import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where processing time comes from. Injected, so that tests and simulations decide what time it is.
public struct TimeSource: Sendable {
    private let read: @Sendable () -> Timestamp

    /// A source of time that calls `now`.
    public init(_ now: @escaping @Sendable () -> Timestamp) { read = now }

    /// The time now.
    public func now() -> Timestamp { read() }

    /// The system's clock.
    public static let system = TimeSource {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(millis: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// A clock that stands still until it is told to advance.
public final class ManualClock: Sendable {
    private let time: Mutex<Timestamp>

    /// A clock that shows `time`.
    public init(at time: Timestamp = Timestamp(millis: 0)) { self.time = Mutex(time) }

    /// The time that the clock shows.
    public var now: Timestamp { time.withLock { $0 } }

    /// Sets the clock; it does not go back.
    public func advance(to time: Timestamp) { self.time.withLock { $0 = max($0, time) } }

    /// The clock as a source of processing time.
    public var timeSource: TimeSource { TimeSource { self.now } }
}
