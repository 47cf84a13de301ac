extension Duration {
    /// `count` minutes.
    @inlinable
    public static func minutes(_ count: some BinaryInteger) -> Duration { .seconds(count) * 60 }

    /// `count` hours.
    @inlinable
    public static func hours(_ count: some BinaryInteger) -> Duration { .seconds(count) * 3600 }

    /// `count` days of 24 hours.
    @inlinable
    public static func days(_ count: some BinaryInteger) -> Duration { .seconds(count) * 86_400 }

    /// The duration in whole milliseconds, rounded down, saturated.
    @inlinable
    public var wholeMillis: Int64 {
        let (seconds, attoseconds) = components
        let fraction = attoseconds.flooredDivision(by: 1_000_000_000_000_000)
        let (millis, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? .min : .max }
        return millis.saturatingAdd(fraction)
    }
}

extension Int64 {
    /// The sum, held at the ends of the range instead of wrapping or trapping.
    @inlinable @inline(__always)
    func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, held at the ends of the range instead of wrapping or trapping.
    @inlinable @inline(__always)
    func saturatingSubtract(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    /// Division that rounds towards negative infinity. `divisor` must be positive.
    @inlinable @inline(__always)
    func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return quotient &* divisor > self ? quotient - 1 : quotient
    }

    /// The remainder of ``flooredDivision(by:)``: in `0..<divisor`.
    @inlinable @inline(__always)
    func flooredRemainder(by divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder &+ divisor : remainder
    }
}
