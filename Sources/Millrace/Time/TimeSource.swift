/// Where processing time comes from: the system's clock, or one that a test turns by hand.
///
/// Only tells the time. Waiting is the runtime's business.
public struct TimeSource: Sendable {
    private let read: @Sendable () -> Timestamp

    /// A source of time that calls `read`.
    public init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

    /// The time now, in milliseconds since 1970. May go back if the system's clock is set back.
    public func now() -> Timestamp { read() }

    /// The system's wall clock.
    public static let system = TimeSource { SystemClock.wallTime() }
}
