/// Estimates quantiles of a number of each element, each within a relative error.
///
/// DDSketch (Masson, Rim and Lee, VLDB 2019) with linearly interpolated buckets: the estimate of a quantile
/// is within `relativeAccuracy` of the true value at that rank. Sketches merge exactly. Numbers that are
/// not finite are left out.
@frozen
public struct Quantiles<Input: Sendable>: Aggregate {
    @usableFromInline let value: @Sendable (Input) -> Double
    @usableFromInline let ranks: [Double]
    @usableFromInline let relativeAccuracy: Double

    @inlinable
    init(
        _ value: @escaping @Sendable (Input) -> Double, ranks: [Double], relativeAccuracy: Double
    ) {
        precondition(ranks.allSatisfy { (0...1).contains($0) }, "a quantile's rank is from 0 to 1")
        self.value = value
        self.ranks = ranks
        self.relativeAccuracy = relativeAccuracy
    }

    @inlinable
    public func makeAccumulator() -> QuantileSketch {
        QuantileSketch(relativeAccuracy: relativeAccuracy)
    }

    @inlinable
    public func add(
        _ element: borrowing Input, at timestamp: Timestamp, to sketch: inout QuantileSketch
    ) {
        sketch.insert(value(copy element))
    }

    @inlinable
    public func merge(_ other: QuantileSketch, into sketch: inout QuantileSketch) {
        sketch.merge(other)
    }

    @inlinable
    public func result(of sketch: QuantileSketch) -> [Double] {
        ranks.compactMap { sketch.quantile($0) }
    }
}

/// The sketch behind ``Quantiles``.
public struct QuantileSketch: Sendable, Equatable {
    /// How far an estimate may be from the true value, as a share of it.
    public let relativeAccuracy: Double
    /// How many numbers have been inserted.
    public private(set) var count = 0
    /// Numbers per bucket of magnitudes, and those too close to zero for one.
    private var positive: [Int: Int] = [:]
    private var negative: [Int: Int] = [:]
    private var zeroCount = 0
    /// The width of a bucket in the natural logarithm of the magnitude.
    private let width: Double

    /// An empty sketch.
    /// - Parameter relativeAccuracy: From 0.0001 to 0.5.
    public init(relativeAccuracy: Double = 0.01) {
        precondition(
            (0.0001...0.5).contains(relativeAccuracy), "the accuracy is from 0.0001 to 0.5")
        self.relativeAccuracy = relativeAccuracy
        // ln((1 + α) / (1 − α)) = 2 artanh(α), by its series.
        var sum = 0.0
        var power = relativeAccuracy
        for odd in stride(from: 1.0, to: 60, by: 2) {
            sum += power / odd
            power *= relativeAccuracy * relativeAccuracy
        }
        width = 2 * sum
    }

    /// Inserts a number. What is not finite is left out.
    /// - Complexity: O(1).
    public mutating func insert(_ number: Double) {
        guard number.isFinite else { return }
        count += 1
        if number.magnitude < .leastNormalMagnitude {
            zeroCount += 1
        } else if number > 0 {
            positive[bucket(of: number), default: 0] += 1
        } else {
            negative[bucket(of: -number), default: 0] += 1
        }
    }

    /// Inserts everything that another sketch of the same accuracy holds.
    public mutating func merge(_ other: QuantileSketch) {
        precondition(other.relativeAccuracy == relativeAccuracy, "sketches merge at one accuracy")
        count += other.count
        zeroCount += other.zeroCount
        positive.merge(other.positive, uniquingKeysWith: +)
        negative.merge(other.negative, uniquingKeysWith: +)
    }

    /// The value at a rank from 0 (the smallest) to 1 (the greatest); `nil` if the sketch is empty.
    /// - Complexity: O(buckets · log buckets).
    public func quantile(_ rank: Double) -> Double? {
        guard count > 0 else { return nil }
        var left = Int((rank * Double(count - 1)).rounded(.down))
        for (bucket, number) in negative.sorted(by: { $0.key > $1.key }) {
            if left < number { return -value(of: bucket) }
            left -= number
        }
        if left < zeroCount { return 0 }
        left -= zeroCount
        for (bucket, number) in positive.sorted(by: { $0.key < $1.key }) {
            if left < number { return value(of: bucket) }
            left -= number
        }
        return nil
    }

    /// Exponent plus fraction grows at least as fast as the natural logarithm, so that a bucket of this
    /// width is never wider than the accuracy allows.
    private func bucket(of magnitude: Double) -> Int {
        Int(((Double(magnitude.exponent) + magnitude.significand - 1) / width).rounded(.down))
    }

    /// The number whose relative distance to both ends of the bucket is the same.
    private func value(of bucket: Int) -> Double {
        let lower = edge(Double(bucket) * width)
        let upper = edge(Double(bucket + 1) * width)
        return lower * (2 * upper / (lower + upper))
    }

    private func edge(_ place: Double) -> Double {
        let exponent = place.rounded(.down)
        return Double(sign: .plus, exponent: Int(exponent), significand: place - exponent + 1)
    }
}

extension QuantileSketch: StateCodable {
    public func encode(to writer: inout StateWriter) throws {
        writer.write(relativeAccuracy)
        writer.write(count: count)
        writer.write(count: zeroCount)
        try writer.write(value: positive)
        try writer.write(value: negative)
    }

    public init(from reader: inout StateReader) throws {
        let accuracy = try reader.read(Double.self)
        guard (0.0001...0.5).contains(accuracy) else {
            throw StateReader.damaged("a quantile sketch")
        }
        self.init(relativeAccuracy: accuracy)
        count = try reader.readCount()
        zeroCount = try reader.readCount()
        positive = try reader.read(value: [Int: Int].self)
        negative = try reader.read(value: [Int: Int].self)
    }
}

extension Aggregation {
    /// Quantiles of a number of each element, in the order of `ranks`; empty for an empty group.
    /// - Parameter relativeAccuracy: How far an estimate may be from the true value, as a share of it.
    @inlinable
    public static func quantiles(
        _ ranks: [Double], of value: @escaping @Sendable (Input) -> Double,
        relativeAccuracy: Double = 0.01
    ) -> Self where Base == Quantiles<Input> {
        Self(Quantiles(value, ranks: ranks, relativeAccuracy: relativeAccuracy))
    }
}
