/// How long the state of a key lives after it was last touched.
public struct StateExpiry: Sendable {
    @usableFromInline
    enum Domain: Sendable { case eventTime, processingTime }

    @usableFromInline let timeToLive: Duration
    @usableFromInline let domain: Domain

    /// State last touched by an element at `t` is gone once the watermark passes `t + timeToLive`.
    public static func eventTime(_ timeToLive: Duration) -> StateExpiry {
        StateExpiry(timeToLive: timeToLive, domain: .eventTime)
    }

    /// State is gone once the clock passes the last touch by more than `timeToLive`.
    public static func processingTime(_ timeToLive: Duration) -> StateExpiry {
        StateExpiry(timeToLive: timeToLive, domain: .processingTime)
    }
}
