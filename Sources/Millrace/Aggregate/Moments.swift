/// The count, mean and variance of a number of each element, in one pass.
///
/// Algorithm: Welford 1962 for single values, Chan, Golub and LeVeque 1979 for merging.
@frozen
public struct Moments<Input: Sendable, Output: Sendable>: Aggregate {
    @usableFromInline let value: @Sendable (Input) -> Double
    @usableFromInline let output: @Sendable (MomentSummary) -> Output

    @inlinable
    init(
        _ value: @escaping @Sendable (Input) -> Double,
        output: @escaping @Sendable (MomentSummary) -> Output
    ) {
        self.value = value
        self.output = output
    }

    @inlinable
    public func makeAccumulator() -> MomentSummary { MomentSummary() }

    @inlinable
    public func add(
        _ element: borrowing Input, at timestamp: Timestamp, to summary: inout MomentSummary
    ) {
        summary.add(value(copy element))
    }

    @inlinable
    public func merge(_ other: MomentSummary, into summary: inout MomentSummary) {
        summary.merge(other)
    }

    @inlinable
    public func result(of summary: MomentSummary) -> Output { output(summary) }
}

/// How many numbers there were, and their mean and spread.
@frozen
public struct MomentSummary: Sendable, Equatable, BitwiseCopyable {
    /// How many numbers there were.
    public private(set) var count = 0
    @usableFromInline var runningMean = 0.0
    /// The sum of squared distances from the mean.
    @usableFromInline var squares = 0.0

    @inlinable
    public init() {}

    /// The mean; `nil` if there was no number.
    public var mean: Double? { count == 0 ? nil : runningMean }

    /// The variance of the numbers as the whole population; `nil` if there was none.
    public var populationVariance: Double? { count == 0 ? nil : squares / Double(count) }

    /// The variance estimated from the numbers as a sample; `nil` for fewer than two.
    public var sampleVariance: Double? { count < 2 ? nil : squares / Double(count - 1) }

    @usableFromInline
    mutating func add(_ number: Double) {
        count += 1
        let distance = number - runningMean
        runningMean += distance / Double(count)
        squares += distance * (number - runningMean)
    }

    @usableFromInline
    mutating func merge(_ other: MomentSummary) {
        guard other.count > 0 else { return }
        let total = Double(count + other.count)
        let distance = other.runningMean - runningMean
        squares +=
            other.squares + distance * distance * Double(count) * Double(other.count) / total
        runningMean += distance * Double(other.count) / total
        count += other.count
    }
}

extension Aggregation {
    /// The mean of a number of each element; `nil` for an empty group.
    @inlinable
    public static func mean(_ value: @escaping @Sendable (Input) -> Double) -> Self
    where Base == Moments<Input, Double?> { Self(Moments(value) { $0.mean }) }

    /// The count, mean and variance of a number of each element.
    @inlinable
    public static func moments(_ value: @escaping @Sendable (Input) -> Double) -> Self
    where Base == Moments<Input, MomentSummary> { Self(Moments(value) { $0 }) }

    /// The population variance of a number of each element; `nil` for an empty group.
    @inlinable
    public static func variance(_ value: @escaping @Sendable (Input) -> Double) -> Self
    where Base == Moments<Input, Double?> { Self(Moments(value) { $0.populationVariance }) }
}
