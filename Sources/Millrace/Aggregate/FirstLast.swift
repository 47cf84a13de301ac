/// Keeps the element with the smallest or greatest event time; of equal times the one that came first
/// or last.
@frozen
public struct TimeExtremum<Input: Sendable>: Aggregate {
    @usableFromInline let prefersLater: Bool

    @inlinable
    init(prefersLater: Bool) { self.prefersLater = prefersLater }

    @inlinable
    public func makeAccumulator() -> TimedElement<Input>? { nil }

    @inlinable
    public func add(
        _ element: borrowing Input, at timestamp: Timestamp, to best: inout TimedElement<Input>?
    ) {
        if isBetter(timestamp, than: best) {
            best = TimedElement(element: copy element, timestamp: timestamp)
        }
    }

    @inlinable
    public func merge(_ other: TimedElement<Input>?, into best: inout TimedElement<Input>?) {
        if let other, isBetter(other.timestamp, than: best) { best = other }
    }

    @inlinable
    public func result(of best: TimedElement<Input>?) -> Input? { best?.element }

    @inlinable
    func isBetter(_ timestamp: Timestamp, than best: TimedElement<Input>?) -> Bool {
        guard let best else { return true }
        return prefersLater ? timestamp >= best.timestamp : timestamp < best.timestamp
    }
}

/// An element with its event time.
@frozen
public struct TimedElement<Element: Sendable>: Sendable {
    public var element: Element
    public var timestamp: Timestamp

    @inlinable
    public init(element: Element, timestamp: Timestamp) {
        self.element = element
        self.timestamp = timestamp
    }
}

extension Aggregation {
    /// The element with the smallest event time; `nil` for an empty group.
    @inlinable
    public static func first() -> Self where Base == TimeExtremum<Input> {
        Self(TimeExtremum(prefersLater: false))
    }

    /// The element with the greatest event time; `nil` for an empty group.
    @inlinable
    public static func last() -> Self where Base == TimeExtremum<Input> {
        Self(TimeExtremum(prefersLater: true))
    }
}
