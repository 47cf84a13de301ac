/// How a source's elements become watermarks: each split of the source gets its own.
///
/// ```swift
/// .bounded(outOfOrderness: .seconds(30)).withIdleness(after: .minutes(1))
/// ```
public struct WatermarkStrategy<Element: Sendable>: Sendable {
    enum Kind: Sendable {
        case bounded(millis: Int64)
        case custom(@Sendable () -> any WatermarkGenerator<Element>)
        case processingTime
        case none
    }

    var kind: Kind
    var isAfterEveryElement = false
    var idleAfter: Duration?
    var maxDrift: Duration?
    var timestampGuard: TimestampGuard?

    init(_ kind: Kind) { self.kind = kind }

    /// Elements come out of order by at most `bound`: the watermark is `maximum − bound − 1 ms`.
    ///
    /// An element further behind than that may be late for its windows; it is never dropped here.
    public static func bounded(outOfOrderness bound: Duration) -> WatermarkStrategy {
        precondition(bound >= .zero, "the bound of the out-of-orderness cannot be negative")
        return WatermarkStrategy(.bounded(millis: bound.wholeMillis))
    }

    /// Timestamps never go back within a split: the watermark is `maximum − 1 ms`, since another
    /// element of the same millisecond may follow.
    public static var monotonic: WatermarkStrategy { .bounded(outOfOrderness: .zero) }

    /// Watermarks by a rule of your own; `makeGenerator` is called once per split.
    public static func custom(
        _ makeGenerator: @escaping @Sendable () -> some WatermarkGenerator<Element>
    ) -> WatermarkStrategy {
        WatermarkStrategy(.custom({ makeGenerator() }))
    }

    /// Event time is the time of reading: each element is stamped with the wall clock, and the
    /// watermark follows it. Nothing is ever late, and no two runs are the same.
    public static var processingTime: WatermarkStrategy { WatermarkStrategy(.processingTime) }

    /// No event time: elements need no timestamp and no watermark is sent before the end of the input.
    public static var none: WatermarkStrategy { WatermarkStrategy(.none) }

    /// Sends the watermark after every element that moves it, instead of at the end of a batch.
    ///
    /// Makes the set of late elements independent of batching for input beyond the bound; costs a
    /// message per advance.
    public func emitAfterEveryElement() -> WatermarkStrategy {
        var copy = self
        copy.isAfterEveryElement = true
        return copy
    }

    /// Declares a split idle when it has delivered nothing for `duration` of processing time, so that
    /// it does not hold the others back. Elements that it delivers later may be late.
    ///
    /// Once that has happened, windowed aggregates send what comes of this input across their exchange as it is, for
    /// the rest of the run, rather than add it up in front of it: only behind it is known what is late.
    public func withIdleness(after duration: Duration) -> WatermarkStrategy {
        precondition(duration > .zero, "idleness needs a positive duration")
        var copy = self
        copy.idleAfter = duration
        return copy
    }

    /// Pauses a split while its watermark is more than `maxDrift` ahead of the slowest active one, so
    /// that state does not fill with elements far ahead of the stream's time.
    public func withAlignment(maxDrift: Duration) -> WatermarkStrategy {
        precondition(maxDrift >= .zero, "the drift cannot be negative")
        var copy = self
        copy.maxDrift = maxDrift
        return copy
    }

    /// Guards against timestamps more than `bound` ahead of `reference`: see ``TimestampGuard`` for
    /// the rule, and for what it can and cannot tell apart.
    public func rejectingTimestamps(
        furtherAheadThan bound: Duration,
        of reference: TimestampGuard.Reference = .eventTime(confirmations: 16),
        policy: TimestampGuard.Policy = .holdBack
    ) -> WatermarkStrategy {
        var copy = self
        copy.timestampGuard = TimestampGuard(bound: bound, reference: reference, policy: policy)
        return copy
    }

    /// Whether the source stamps elements with the wall clock instead of reading their time.
    public var stampsElements: Bool {
        if case .processingTime = kind { true } else { false }
    }

    /// Whether each advance of the watermark has its place among the elements.
    @usableFromInline var emitsAfterEveryElement: Bool { isAfterEveryElement }

    /// Whether fast splits wait for slow ones.
    @usableFromInline var isAligned: Bool { maxDrift != nil }

    /// Whether a split at `watermark` must pause while the slowest active split is at `slowest`.
    ///
    /// Before the slowest has any watermark nobody pauses: an input that never starts must not stop
    /// the others from being read.
    public func pauses(at watermark: Timestamp, slowest: Timestamp) -> Bool {
        guard let maxDrift, slowest != .none else { return false }
        return watermark > slowest + maxDrift
    }
}
