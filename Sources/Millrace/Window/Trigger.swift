/// When a window emits its result. Conditions add up: the window fires whenever one of them holds.
///
/// ```swift
/// .window(.tumbling(.hours(1)))
/// .trigger(.eventTime.early(every: .minutes(1)).late(everyElements: 1))
/// ```
public struct Trigger: Sendable {
    /// Whether the window fires when the watermark passes its end, and again for late elements.
    @usableFromInline var firesAtEnd: Bool
    /// Fires after this many elements since the last firing.
    @usableFromInline var elementCount: Int?
    /// Fires when the watermark reaches the next multiple of this many milliseconds.
    @usableFromInline var eventTimeMillis: Int64?
    /// Fires this many milliseconds of processing time after the first element since the last firing.
    @usableFromInline var processingTimeMillis: Int64?
    /// How many late elements fire the window again.
    @usableFromInline var lateElementCount = 1
    @usableFromInline var decide: (@Sendable (TriggerMoment) -> Bool)?

    @usableFromInline
    init(firesAtEnd: Bool) { self.firesAtEnd = firesAtEnd }

    /// Whether nothing fires a window before its end, so that elements need no decision until then.
    @inlinable
    var waitsForEnd: Bool {
        firesAtEnd && elementCount == nil && eventTimeMillis == nil && processingTimeMillis == nil
            && decide == nil
    }

    /// When the watermark passes the window's end, and for every element within the allowed lateness.
    public static var eventTime: Trigger { Trigger(firesAtEnd: true) }

    /// After every `elements` elements of a key's window, and at no other time.
    public static func count(_ elements: Int) -> Trigger {
        precondition(elements > 0, "a window fires after at least one element")
        var trigger = Trigger(firesAtEnd: false)
        trigger.elementCount = elements
        return trigger
    }

    /// At every multiple of `interval` in event time, as long as the window lives; the first element of
    /// a key's window sets the first time, `ts − ts mod interval + interval`.
    public static func continuousEventTime(every interval: Duration) -> Trigger {
        precondition(interval.wholeMillis > 0, "an interval is at least a millisecond")
        var trigger = Trigger(firesAtEnd: false)
        trigger.eventTimeMillis = interval.wholeMillis
        return trigger
    }

    /// `interval` of processing time after the first element since the last firing.
    public static func processingTime(every interval: Duration) -> Trigger {
        precondition(interval.wholeMillis > 0, "an interval is at least a millisecond")
        var trigger = Trigger(firesAtEnd: false)
        trigger.processingTimeMillis = interval.wholeMillis
        return trigger
    }

    /// When the closure says so, asked for each element after it has been added.
    public static func custom(_ decide: @escaping @Sendable (TriggerMoment) -> Bool) -> Trigger {
        var trigger = Trigger(firesAtEnd: false)
        trigger.decide = decide
        return trigger
    }

    /// This trigger, and before the window's end every `interval` of processing time.
    public func early(every interval: Duration) -> Trigger {
        var trigger = self
        trigger.processingTimeMillis = interval.wholeMillis
        return trigger
    }

    /// This trigger, and before the window's end after every `count` elements.
    public func early(everyElements count: Int) -> Trigger {
        var trigger = self
        trigger.elementCount = count
        return trigger
    }

    /// This trigger, firing again for every `count`-th late element instead of for each.
    public func late(everyElements count: Int) -> Trigger {
        precondition(count > 0, "a window fires after at least one element")
        var trigger = self
        trigger.lateElementCount = count
        return trigger
    }
}

/// What a custom trigger decides by.
public struct TriggerMoment: Sendable {
    /// The window that has got an element.
    public var window: Window
    /// How many elements it has got since it last fired.
    public var elementsSinceFiring: Int
    /// The element's event time.
    public var timestamp: Timestamp
    /// The watermark.
    public var watermark: Timestamp

    @inlinable
    init(window: Window, elementsSinceFiring: Int, timestamp: Timestamp, watermark: Timestamp) {
        self.window = window
        self.elementsSinceFiring = elementsSinceFiring
        self.timestamp = timestamp
        self.watermark = watermark
    }
}
