/// What a keyed process function can do besides changing its state: emit, set timers, look at the time.
///
/// Valid during the call that it is passed to.
public final class KeyedContext<Key: StreamKey, Output: Sendable> {
    /// The operator's name, parallel instance, counters and clock.
    public let operatorContext: OperatorContext

    // Safety: the operator's worker alone uses the context, and every access below is over before
    // other code runs: elements are appended, batches swapped out whole, values read and set.
    @usableFromInline @exclusivity(unchecked) var currentKey: Key
    @usableFromInline @exclusivity(unchecked) var currentTimestamp = Timestamp.none
    @usableFromInline @exclusivity(unchecked) var outputs = Batch<Output>()
    @usableFromInline var currentWatermark = Timestamp.none
    @usableFromInline var eventTimers = TimerQueue<Key>()
    @usableFromInline var processingTimers = TimerQueue<Key>()

    @inlinable
    init(key: Key, operatorContext: OperatorContext) {
        currentKey = key
        self.operatorContext = operatorContext
    }

    /// The key whose state is in scope.
    @inlinable
    public var key: Key { currentKey }

    /// The event time of the element, or the time of the timer, that is being processed.
    @inlinable
    public var timestamp: Timestamp { currentTimestamp }

    /// The operator's watermark: no element at or before it will follow, except late ones.
    @inlinable
    public var watermark: Timestamp { currentWatermark }

    /// Processing time.
    @inlinable
    public var now: Timestamp { operatorContext.now }

    /// Sends an element on, at the event time of what is being processed.
    @inlinable
    public func emit(_ element: Output) { outputs.append(element, at: currentTimestamp) }

    /// Sends an element on, at an event time of its own.
    @inlinable
    public func emit(_ element: Output, at timestamp: Timestamp) {
        outputs.append(element, at: timestamp)
    }

    /// Sends an element to a side output. It is dropped if nobody connected that output.
    @inlinable
    public func emit<Element: Sendable>(_ element: Element, to output: SideOutput<Element>) throws {
        try operatorContext.emit(element, at: timestamp, toSide: output)
    }

    /// Asks for a call of `onTimer` when the watermark, or the clock, reaches `time`. Setting the same
    /// timer twice is setting it once. A time that has passed fires at the next advance. When the input has
    /// ended, all timers in event time fire, and those that they set do not: a timer that sets itself again
    /// would never end.
    @inlinable
    public func setTimer(
        at time: Timestamp, name: String = "", domain: KeyedTimer<Key>.Domain = .eventTime
    ) {
        let timer = KeyedTimer(key: key, name: name, timestamp: time, domain: domain)
        switch domain {
        case .eventTime: if currentWatermark < .max { eventTimers.set(timer) }
        case .processingTime: processingTimers.set(timer)
        }
    }

    /// Takes a timer back, if it is set.
    @inlinable
    public func deleteTimer(
        at time: Timestamp, name: String = "", domain: KeyedTimer<Key>.Domain = .eventTime
    ) {
        let timer = KeyedTimer(key: key, name: name, timestamp: time, domain: domain)
        switch domain {
        case .eventTime: eventTimers.delete(timer)
        case .processingTime: processingTimers.delete(timer)
        }
    }
}
