/// How often and when a call to another system is made again after it has failed.
///
/// The delay grows from attempt to attempt, and a part of it is random, so that many callers that have failed
/// together do not come back together (Brooker, "Exponential Backoff And Jitter", 2015).
public struct RetryPolicy: Sendable {
    /// How many attempts there are in all, at least 1.
    public var maximumAttempts: Int
    /// No attempt is made later than this after the first; `nil` for no limit.
    public var totalTime: Duration?
    /// The delay before the second attempt.
    public var firstDelay: Duration
    /// By how much each delay is longer than the one before; at least 1.
    public var multiplier: Double
    /// The longest delay.
    public var maximumDelay: Duration
    /// The part of each delay that is random, from 0 to 1: with 0.5, from half of it to all of it.
    public var jitter: Double
    /// Decides the random part: the same seed gives the same delays.
    public var seed: UInt64
    /// Whether an error may go away by itself. By default any but a cancellation may.
    public var isTransient: @Sendable (any Error) -> Bool

    /// By default up to five attempts within a minute, after about 0.1, 0.2, 0.4 and 0.8 seconds.
    public init(
        maximumAttempts: Int = 5, totalTime: Duration? = .seconds(60),
        firstDelay: Duration = .milliseconds(100), multiplier: Double = 2,
        maximumDelay: Duration = .seconds(30), jitter: Double = 0.5, seed: UInt64 = 0,
        isTransient: @escaping @Sendable (any Error) -> Bool = { !($0 is CancellationError) }
    ) {
        precondition(maximumAttempts >= 1, "there is at least one attempt")
        precondition(multiplier >= 1, "delays do not become shorter")
        precondition(0...1 ~= jitter, "jitter is a part of the delay")
        self.maximumAttempts = maximumAttempts
        self.totalTime = totalTime
        self.firstDelay = firstDelay
        self.multiplier = multiplier
        self.maximumDelay = maximumDelay
        self.jitter = jitter
        self.seed = seed
        self.isTransient = isTransient
    }

    /// The delay after an attempt.
    ///
    /// - Parameters:
    ///   - attempt: The number of the attempt that has failed, from 1.
    ///   - random: From 0 to 1.
    func delay(after attempt: Int, random: Double) -> Duration {
        var delay = min(firstDelay, maximumDelay)
        for _ in 1..<attempt where delay < maximumDelay {
            delay = min(delay * multiplier, maximumDelay)
        }
        return delay * (1 - jitter * random)
    }
}

/// The attempts of one call.
///
/// ```swift
/// var attempts = RetryAttempts(policy, number: 0, time)
/// while true {
///     do { return try await call() } catch { try await attempts.wait(after: error) }
/// }
/// ```
struct RetryAttempts {
    private let policy: RetryPolicy
    private let time: TimeSource
    private let seed: UInt64
    private let start: Timestamp
    private var count = 0

    /// - Parameter number: The call's number, so that calls have delays of their own.
    init(_ policy: RetryPolicy, number: Int, _ time: TimeSource) {
        self.policy = policy
        self.time = time
        seed = policy.seed.combining(UInt64(number))
        start = time.now()
    }

    /// Waits until the next attempt.
    /// - Throws: `error`, if there is to be no further attempt.
    mutating func wait(after error: any Error) async throws {
        count += 1
        guard count < policy.maximumAttempts, policy.isTransient(error) else { throw error }
        let random = Double(seed.combining(UInt64(count)) >> 11) * 0x1p-53
        let delay = policy.delay(after: count, random: random)
        if let limit = policy.totalTime, time.now() + delay > start + limit { throw error }
        try await time.sleep(for: delay)
    }
}
