/// A watermark and the place in a batch where it belongs.
@frozen
public struct WatermarkCut: Hashable, Sendable, BitwiseCopyable {
    /// How many of the batch's elements go before the watermark.
    public var elementCount: Int
    /// The watermark to send after them.
    public var watermark: Timestamp

    /// A watermark after the first `elementCount` elements of a batch.
    @inlinable
    public init(after elementCount: Int, _ watermark: Timestamp) {
        self.elementCount = elementCount
        self.watermark = watermark
    }
}

/// Derives watermarks from one split's elements, by a rule of your own.
///
/// A generator is a value; each split has its own. It returns what it believes; the engine keeps
/// watermarks from going back, so a smaller one than before is ignored, and one of
/// ``Timestamp/max``, which only the end of the input may say, counts as the time just before. Its
/// state is not part of checkpoints (the last watermark is): after a restore a new generator sees the
/// replayed elements.
///
/// ```swift
/// /// The source marks the end of a day with an element of its own.
/// struct EndOfDay: WatermarkGenerator {
///     func onEvent(_ event: borrowing Sale, at time: Timestamp) -> Timestamp? {
///         event.isEndOfDay ? time : nil
///     }
/// }
/// ```
public protocol WatermarkGenerator<Element>: Sendable {
    /// What the split delivers.
    associatedtype Element: Sendable

    /// The watermark after an element, or `nil` if it says nothing new.
    mutating func onEvent(_ element: borrowing Element, at timestamp: Timestamp) -> Timestamp?

    /// The watermark at the processing time `now`, asked for at intervals while the split delivers or
    /// waits; `nil`, the default, if time alone says nothing.
    mutating func onPeriodic(now: Timestamp) -> Timestamp?

    /// Calls ``onEvent(_:at:)`` for the elements of a batch, except for those at the ascending indices
    /// `skipped`, and appends the watermarks. The default does just that; it exists to be called once
    /// per batch.
    mutating func onBatch(
        _ batch: Batch<Element>, skipping skipped: ContiguousArray<Int>,
        into cuts: inout ContiguousArray<WatermarkCut>)
}

extension WatermarkGenerator {
    @inlinable
    public mutating func onPeriodic(now: Timestamp) -> Timestamp? { nil }

    @inlinable
    public mutating func onBatch(
        _ batch: Batch<Element>, skipping skipped: ContiguousArray<Int>,
        into cuts: inout ContiguousArray<WatermarkCut>
    ) {
        var nextSkip = 0
        for index in batch.elements.indices {
            if nextSkip < skipped.count, skipped[nextSkip] == index {
                nextSkip += 1
            } else if let time = onEvent(batch.elements[index], at: batch.timestamps[index]) {
                cuts.append(WatermarkCut(after: index + 1, time))
            }
        }
    }
}
