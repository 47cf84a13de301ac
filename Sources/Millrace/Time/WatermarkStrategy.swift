/// How a source says how far event time has come.
public struct WatermarkStrategy<Element: Sendable>: Sendable {
    /// How far an element may be behind the greatest timestamp before it; `nil` for no watermarks until
    /// the input ends.
    @usableFromInline var outOfOrdernessMillis: Int64?
    /// Whether the watermark advances after each element instead of after each batch.
    public private(set) var emitsAfterEveryElement = false
    /// How long a split may be silent before it no longer holds the others back.
    public private(set) var idleness: Duration?
    /// How far ahead of what has been seen a timestamp may be without being doubted.
    @usableFromInline var maximumJumpMillis: Int64?

    @usableFromInline
    init(outOfOrdernessMillis: Int64?) { self.outOfOrdernessMillis = outOfOrdernessMillis }

    /// Elements come at most `outOfOrderness` behind the greatest timestamp before them: the watermark
    /// is `max − outOfOrderness − 1 ms`. What comes later still is late.
    public static func bounded(outOfOrderness: Duration) -> WatermarkStrategy {
        precondition(outOfOrderness >= .zero, "out-of-orderness cannot be negative")
        return WatermarkStrategy(outOfOrdernessMillis: outOfOrderness.wholeMillis)
    }

    /// Timestamps never go back.
    public static var monotonic: WatermarkStrategy { bounded(outOfOrderness: .zero) }

    /// No watermark until the input ends.
    public static var none: WatermarkStrategy { WatermarkStrategy(outOfOrdernessMillis: nil) }

    /// Advances the watermark after every element, so that which elements are late does not depend on how
    /// the input was cut into batches. Costs throughput where event time advances often.
    public func emittedAfterEveryElement() -> WatermarkStrategy {
        var strategy = self
        strategy.emitsAfterEveryElement = true
        return strategy
    }

    /// A split from which nothing has come for `duration` of processing time does not hold the
    /// watermark back.
    public func withIdleness(after duration: Duration) -> WatermarkStrategy {
        var strategy = self
        strategy.idleness = duration
        return strategy
    }
}
