/// The grid of a tumbling or sliding window: event time cut into panes, the largest pieces that no
/// window boundary crosses, so that each element is stored once however many windows it is in.
///
/// Panes are `gcd(size, slide)` long (Li et al., "No Pane, No Gain", SIGMOD Record 2005).
public struct PaneGrid: Sendable, Hashable {
    /// Milliseconds from a window's start to its end.
    public let sizeMillis: Int64
    /// Milliseconds from a window's start to the next one's; equal to the size if windows tumble.
    public let slideMillis: Int64
    /// The start of one of the windows, in `0..<slideMillis`.
    public let offsetMillis: Int64
    /// Milliseconds of a pane.
    public let paneMillis: Int64

    /// One window, and one pane, for all time.
    public static let global = PaneGrid(global: ())

    private init(global: Void) {
        sizeMillis = .max
        slideMillis = .max
        offsetMillis = 0
        paneMillis = .max
    }

    /// Whether this is the grid of one window for all time.
    @inlinable
    public var isGlobal: Bool { paneMillis == .max }

    /// The length of a pane for comparing distances as unsigned numbers.
    @inlinable
    var paneLength: UInt64 { isGlobal ? .max : UInt64(bitPattern: paneMillis) }

    /// A grid of windows of `size`, one every `slide`, shifted by `offset`.
    ///
    /// - Throws: ``StreamError`` with code `invalidTopology` unless `size > 0`, `slide > 0` and
    ///   `|offset| < slide`, in whole milliseconds.
    public init(size: Duration, slide: Duration, offset: Duration = .zero) throws {
        let sizeMillis = size.wholeMillis
        let slideMillis = slide.wholeMillis
        let offsetMillis = offset.wholeMillis
        guard sizeMillis > 0 else {
            throw StreamError(
                .invalidTopology, "a window's size must be at least 1 ms, not \(size)")
        }
        guard slideMillis > 0 else {
            throw StreamError(
                .invalidTopology, "a window's slide must be at least 1 ms, not \(slide)")
        }
        guard offsetMillis.magnitude < slideMillis.magnitude else {
            throw StreamError(
                .invalidTopology,
                "a window's offset must be smaller than its slide (\(slide)), not \(offset)")
        }
        self.sizeMillis = sizeMillis
        self.slideMillis = slideMillis
        self.offsetMillis = offsetMillis.flooredRemainder(by: slideMillis)
        paneMillis = greatestCommonDivisor(sizeMillis, slideMillis)
    }

    /// Whether every element is in exactly one window.
    @inlinable
    public var isTumbling: Bool { sizeMillis == slideMillis }

    /// The start of the pane that holds `timestamp`.
    @inlinable
    public func paneStart(of timestamp: Timestamp) -> Int64 {
        if isGlobal { return Window.global.start.millis }
        let shifted = timestamp.millis.saturatingSubtract(offsetMillis)
        return timestamp.millis.saturatingSubtract(shifted.flooredRemainder(by: paneMillis))
    }

    /// The window with this start. Its end saturates.
    @inlinable
    public func window(startingAt start: Int64) -> Window {
        if isGlobal { return .global }
        return Window(
            start: Timestamp(millis: start),
            end: Timestamp(millis: start.saturatingAdd(sizeMillis)))
    }

    /// The start of the first window that ends after `time`, counted in milliseconds.
    @inlinable
    public func firstStart(endingAfter time: Int64) -> Int64 {
        if isGlobal { return Window.global.start.millis }
        if isTumbling { return lastStart(atOrBefore: time) }
        // start + size > time  ⇔  start > time − size
        return nextOnGrid(after: time.saturatingSubtract(sizeMillis))
    }

    /// The start of the last window that begins at or before `time`.
    @inlinable
    public func lastStart(atOrBefore time: Int64) -> Int64 {
        if isGlobal { return Window.global.start.millis }
        return time.saturatingSubtract(
            time.saturatingSubtract(offsetMillis).flooredRemainder(by: slideMillis))
    }

    /// The first window start after `time`.
    @inlinable
    func nextOnGrid(after time: Int64) -> Int64 {
        lastStart(atOrBefore: time).saturatingAdd(slideMillis)
    }

    /// The windows that hold `timestamp`, by start. None if it falls into a gap between windows.
    ///
    /// - Throws: ``StreamError`` with code `badTimestamp` for ``Timestamp/none``.
    public func windows(of timestamp: Timestamp) throws -> [Window] {
        guard timestamp != .none else { throw StreamError.noTimestamp }
        let last = lastStart(atOrBefore: timestamp.millis)
        var windows: [Window] = []
        var start = firstStart(endingAfter: timestamp.millis)
        while start <= last {
            windows.append(window(startingAt: start))
            let next = start.saturatingAdd(slideMillis)
            if next == start { break }
            start = next
        }
        return windows
    }
}

extension StreamError {
    /// An element without an event time has come where one is needed.
    @usableFromInline
    static var noTimestamp: StreamError {
        StreamError(
            .badTimestamp,
            "an element has no event time; give the source an `eventTime`, or use windows by "
                + "count or processing time")
    }
}

/// The greatest common divisor of two positive numbers (Euclid).
private func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
