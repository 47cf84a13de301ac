/// How a group of elements becomes one value: the accumulator's life, from empty to result.
///
/// An aggregate is a value without state of its own; the engine keeps one accumulator per key and
/// window (or pane), in its state tables. `add` runs once per event, so it should be short and
/// `@inlinable`, and should not allocate.
///
/// `merge` must give what adding the other accumulator's elements would have given (for sketches:
/// within the same error bound). The engine relies on it to share panes between sliding windows, to
/// merge sessions, and to aggregate before an exchange.
///
/// ```swift
/// struct Revenue: Aggregate {
///     func makeAccumulator() -> Int { 0 }
///     func add(_ order: borrowing Order, at time: Timestamp, to cents: inout Int) { cents += order.cents }
///     func merge(_ other: Int, into cents: inout Int) { cents += other }
///     func result(of cents: Int) -> Int { cents }
/// }
/// ```
public protocol Aggregate<Input, Output>: Sendable {
    /// What is added.
    associatedtype Input: Sendable
    /// What is kept per group.
    associatedtype Accumulator: Sendable
    /// What comes out.
    associatedtype Output: Sendable

    /// The accumulator of an empty group.
    func makeAccumulator() -> Accumulator

    /// Adds one element with its event time. Called in arrival order.
    func add(_ element: borrowing Input, at timestamp: Timestamp, to accumulator: inout Accumulator)

    /// Adds everything that `other` holds. `other`'s elements need not be later than those of
    /// `accumulator`.
    func merge(_ other: Accumulator, into accumulator: inout Accumulator)

    /// The group's value. May be called many times, with more elements added in between.
    func result(of accumulator: Accumulator) -> Output

    /// Whether ``subtract(_:from:)`` takes back what has been merged, so that a sliding window is not merged
    /// anew from all its panes. `false` unless the aggregate says so.
    static var canSubtract: Bool { get }

    /// Takes back everything that `other` holds and that has been merged before, exactly. Called only if
    /// ``canSubtract`` holds.
    /// - Returns: Whether no element is left.
    func subtract(_ other: Accumulator, from accumulator: inout Accumulator) -> Bool
}

extension Aggregate {
    @inlinable @inline(__always)
    public static var canSubtract: Bool { false }

    @inlinable
    public func subtract(_ other: Accumulator, from accumulator: inout Accumulator) -> Bool {
        preconditionFailure("an aggregate that can subtract says how")
    }
}
