/// Where processing time comes from: the system's clock, or one that a test turns by hand.
public struct TimeSource: Sendable {
    private let read: @Sendable () -> Timestamp
    private let suspend: @Sendable (Duration) async throws -> Void

    /// A source of time that calls `read`, and `sleep` to wait.
    public init(
        sleep: @escaping @Sendable (Duration) async throws -> Void = {
            try await Task.sleep(for: $0)
        },
        _ read: @escaping @Sendable () -> Timestamp
    ) {
        self.read = read
        suspend = sleep
    }

    /// The time now, in milliseconds since 1970. May go back if the system's clock is set back.
    public func now() -> Timestamp { read() }

    /// Suspends for a while.
    /// - Throws: `CancellationError` once the task is cancelled.
    public func sleep(for duration: Duration) async throws { try await suspend(duration) }

    /// The system's wall clock.
    public static let system = TimeSource { SystemClock.wallTime() }
}
