/// A point in event time or processing time: whole milliseconds since 1970-01-01T00:00Z.
///
/// Negative times are valid. All arithmetic floors to whole milliseconds and saturates at the ends
/// of the range; nothing traps. The smallest value is reserved for "no timestamp".
@frozen
public struct Timestamp: Hashable, Comparable, Codable, Sendable, BitwiseCopyable {
    /// Milliseconds since 1970-01-01T00:00Z.
    public var millis: Int64

    /// A timestamp `millis` milliseconds after 1970-01-01T00:00Z.
    @inlinable
    public init(millis: Int64) { self.millis = millis }

    /// The mark of an element that has no timestamp, and of a watermark that says nothing yet.
    @inlinable
    public static var none: Timestamp { Timestamp(millis: .min) }

    /// The greatest timestamp: the watermark that says that the input has ended.
    @inlinable
    public static var max: Timestamp { Timestamp(millis: .max) }

    @inlinable
    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.millis < b.millis }

    /// The time `distance` later (earlier if negative), saturated at the ends of the range.
    @inlinable
    public static func + (time: Timestamp, distance: Duration) -> Timestamp {
        Timestamp(millis: time.millis.saturatingAdd(distance.wholeMillis))
    }

    /// The time `distance` earlier (later if negative), saturated at the ends of the range.
    @inlinable
    public static func - (time: Timestamp, distance: Duration) -> Timestamp {
        Timestamp(millis: time.millis.saturatingSubtract(distance.wholeMillis))
    }

    /// The distance from `b` to `a`, saturated.
    @inlinable
    public static func - (a: Timestamp, b: Timestamp) -> Duration {
        .milliseconds(a.millis.saturatingSubtract(b.millis))
    }
}

extension Timestamp: CustomStringConvertible {
    /// `2023-11-14T22:13:20.000Z`, or `none` and `max` for the two reserved values.
    public var description: String {
        if self == .none { return "none" }
        if self == .max { return "max" }
        return iso8601
    }
}
