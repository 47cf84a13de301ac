/// Keeps a timestamp that is absurdly far ahead, usually from one wrong clock, from moving event time
/// and so making everything after it late. Off unless asked for.
///
/// Two references, for two situations:
/// - ``Reference/processingTime``, for live input: nothing happens after it is received. Replaying old
///   data is unaffected, since it is all in the past; a wrong clock inside old data is not noticed.
/// - ``Reference/eventTime(confirmations:)``, for live and old input alike: a timestamp more than the
///   bound ahead of the greatest accepted one is *suspect* until a run of consecutive suspects, all
///   within the bound of each other, confirms it; then time moves to the greatest of the run. So a
///   gap in the data, a night or weeks, costs the watermark a few elements' delay, while a stray
///   clock between ordinary elements never gets its run. The first elements of a split need the
///   same confirmation, because there is nothing yet to judge them by, but are never dropped. The
///   decision looks at each element in order: it does not depend on batching or on the wall clock,
///   and is part of the checkpoint. It cannot tell a burst of at least `confirmations` elements from
///   one wrong clock from a gap: choose the number greater than such bursts.
public struct TimestampGuard: Sendable, Hashable {
    /// What happens to a suspect element. Each is counted.
    public enum Policy: Sendable, Hashable {
        /// It goes on, but does not move the watermark.
        case holdBack
        /// It is left out and reported. With ``Reference/eventTime(confirmations:)`` the first
        /// elements after a true gap are left out too, up to the confirmation.
        case drop
        /// The source fails with ``StreamError/Code/badTimestamp``.
        case fail
    }

    /// What "ahead" is measured from.
    public enum Reference: Sendable, Hashable {
        /// The wall clock at which the element is read.
        case processingTime
        /// The greatest timestamp accepted in the split; `confirmations` consecutive suspects that
        /// agree are accepted as a gap in the data. At least 1, which accepts everything.
        case eventTime(confirmations: Int)
    }

    let boundMillis: Int64
    let reference: Reference
    let policy: Policy

    init(bound: Duration, reference: Reference, policy: Policy) {
        precondition(bound >= .zero, "the guard's bound cannot be negative")
        if case .eventTime(let confirmations) = reference {
            precondition(confirmations >= 1, "a guard needs at least one confirmation")
        }
        boundMillis = bound.wholeMillis
        self.reference = reference
        self.policy = policy
    }

    /// What the guard remembers of a split: the run of suspects that agree.
    struct Run: Sendable, Hashable {
        var count = 0
        var least = Timestamp.none
        var greatest = Timestamp.none
    }

    /// Judges one element. Accepts it and moves `maximum`, or returns `false`: it is suspect.
    func admits(
        _ time: Timestamp, now: Timestamp, maximum: inout Timestamp, run: inout Run
    ) -> Bool {
        switch reference {
        case .processingTime:
            guard time.millis <= now.millis.saturatingAdd(boundMillis) else { return false }
            maximum = Swift.max(maximum, time)
            return true
        case .eventTime(let confirmations):
            if maximum != .none, time.millis <= maximum.millis.saturatingAdd(boundMillis) {
                maximum = Swift.max(maximum, time)
                run.count = 0
                return true
            }
            extend(&run, by: time)
            guard run.count >= confirmations else { return false }
            maximum = run.greatest
            run.count = 0
            return true
        }
    }

    private func extend(_ run: inout Run, by time: Timestamp) {
        let least = Swift.min(run.least, time)
        let greatest = Swift.max(run.greatest, time)
        let agrees = greatest.millis.saturatingSubtract(least.millis) <= boundMillis
        run =
            run.count > 0 && agrees
            ? Run(count: run.count + 1, least: least, greatest: greatest)
            : Run(count: 1, least: time, greatest: time)
    }
}
