/// A span of event time, half-open: `start` is in it, `end` is not.
@frozen
public struct Window: Hashable, Codable, Sendable, BitwiseCopyable {
    public var start: Timestamp
    public var end: Timestamp

    @inlinable
    public init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = end
    }

    /// The last millisecond of the window, which is the event time of its results.
    @inlinable
    public var maxTimestamp: Timestamp { Timestamp(millis: end.millis.saturatingSubtract(1)) }

    /// The window of all time.
    @inlinable
    public static var global: Window { Window(start: Timestamp(millis: .min + 1), end: .max) }
}

extension Window: Comparable {
    /// By end, then by start: the order in which windows fire.
    @inlinable
    public static func < (a: Window, b: Window) -> Bool {
        a.end != b.end ? a.end < b.end : a.start < b.start
    }
}

extension Window: StreamKey {
    @inlinable
    public var stableHash: UInt64 { start.stableHash.combining(end.stableHash) }
}

extension Window: CustomStringConvertible {
    public var description: String { "[\(start), \(end))" }
}
