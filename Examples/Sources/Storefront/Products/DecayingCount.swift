import Foundation
public import Millrace

/// Counts elements, and weighs them by age: each loses half of its weight in every half-life.
///
/// Weights are kept as of the latest element and scaled when one is added or another count is merged: the
/// exponential decay of Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay" (ICDE 2009).
public struct DecayingCount<Input: Sendable>: Aggregate {
    /// `nil` if elements keep their weight.
    let halfLifeMillis: Double?

    /// A count and its weight at the time of the latest element.
    public struct Value: Sendable, Equatable, BitwiseCopyable {
        public var count = 0
        var weight = 0.0
        var latest = Timestamp.none
    }

    public init(halfLife: Duration?) {
        halfLifeMillis = halfLife.map { Double(max(1, $0.wholeMillis)) }
    }

    public func makeAccumulator() -> Value { Value() }

    public func add(_ element: borrowing Input, at time: Timestamp, to value: inout Value) {
        merge(Value(count: 1, weight: 1, latest: time), into: &value)
    }

    public func merge(_ other: Value, into value: inout Value) {
        let latest = max(value.latest, other.latest)
        value.weight = weight(of: value, at: latest) + weight(of: other, at: latest)
        value.count += other.count
        value.latest = latest
    }

    public func result(of value: Value) -> Value { value }

    /// What a count weighs at `time`, which is not before its latest element.
    public func weight(of value: Value, at time: Timestamp) -> Double {
        guard let halfLifeMillis else { return Double(value.count) }
        guard value.count > 0 else { return 0 }
        let age = Double((time - value.latest).wholeMillis)
        return value.weight * exp2(-age / halfLifeMillis)
    }
}
