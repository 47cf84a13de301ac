public import Millrace
import Topologies

extension ShopEvent {
    /// How far a sender's clock may be ahead.
    public static let clockAhead = Duration.minutes(5)

    /// What is wrong with a well-formed event that comes from outside, over HTTP or in a recording: a time of the
    /// future, which would make all others late, or one so small that it would be read as seconds; a text that is
    /// too long to be a key of state.
    ///
    /// - Parameter clockAhead: How far the event may be ahead of `now`.
    public func brokenLimits(
        at now: Timestamp, clockAhead: Duration = ShopEvent.clockAhead
    ) -> [InvalidEvent.FieldError] {
        var errors: [InvalidEvent.FieldError] = []
        if time - now > clockAhead {
            errors.append(.init("timestamp", "is too far in the future"))
        }
        // In the log, as everywhere, a number so small is taken for seconds.
        if time.millis < 100_000_000_000 {
            errors.append(.init("timestamp", "is before March 1973"))
        }
        for (name, text) in [
            ("event_id", id), ("user_id", user.description), ("session_id", session?.description),
            ("product_id", product?.description), ("category", category), ("query", query),
        ] where text.map({ $0.utf8.count > 256 }) ?? false {
            errors.append(.init(name, "is longer than 256 bytes"))
        }
        for (name, text) in [("page_url", page), ("referrer", referrer), ("user_agent", userAgent)]
        where text.map({ $0.utf8.count > 2048 }) ?? false {
            errors.append(.init(name, "is longer than 2048 bytes"))
        }
        return errors
    }
}
