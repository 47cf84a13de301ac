/// Counts the different values of the elements approximately, in constant memory.
///
/// HyperLogLog (Flajolet, Fusy, Gandouet and Meunier 2007) over 64-bit hashes: with `2^precision`
/// registers the standard error is `1.04 / sqrt(2^precision)`: 0.8 % at the default precision 14, in
/// 16 KiB. Small groups keep the hashes themselves and are exact; the estimate of middling ones is that of
/// linear counting.
@frozen
public struct ApproximateDistinct<Input: Sendable, Value: StreamKey>: Aggregate {
    @usableFromInline let value: @Sendable (Input) -> Value
    @usableFromInline let precision: Int

    @inlinable
    init(_ value: @escaping @Sendable (Input) -> Value, precision: Int) {
        precondition((4...18).contains(precision), "the precision is from 4 to 18")
        self.value = value
        self.precision = precision
    }

    @inlinable
    public func makeAccumulator() -> HyperLogLog { HyperLogLog(precision: precision) }

    @inlinable
    public func add(
        _ element: borrowing Input, at timestamp: Timestamp, to sketch: inout HyperLogLog
    ) {
        sketch.insert(value(copy element).stableHash)
    }

    @inlinable
    public func merge(_ other: HyperLogLog, into sketch: inout HyperLogLog) { sketch.merge(other) }

    @inlinable
    public func result(of sketch: HyperLogLog) -> Int { sketch.estimate }
}

/// The sketch behind ``ApproximateDistinct``.
public struct HyperLogLog: Sendable, Equatable {
    /// The registers are `2^precision`.
    public let precision: Int
    /// The mixed hashes of a small group.
    private var hashes = HashSet()
    /// The greatest rank per register, once the group is not small any more.
    private var registers: [UInt8] = []

    /// An empty sketch.
    public init(precision: Int = 14) { self.precision = precision }

    /// Inserts a value by its stable hash.
    /// - Complexity: O(1).
    public mutating func insert(_ stableHash: UInt64) { insert(mixed: Self.mix(stableHash)) }

    /// Inserts everything that another sketch of the same precision holds.
    public mutating func merge(_ other: HyperLogLog) {
        precondition(other.precision == precision, "sketches merge at one precision")
        if registers.isEmpty, hashes.count == 0 {
            self = other
            return
        }
        other.hashes.forEach { insert(mixed: $0) }
        guard !other.registers.isEmpty else { return }
        if registers.isEmpty { becomeDense() }
        for index in registers.indices {
            registers[index] = max(registers[index], other.registers[index])
        }
    }

    /// About how many different values have been inserted.
    public var estimate: Int {
        if registers.isEmpty { return hashes.count }
        let count = Double(registers.count)
        let zeros = registers.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        let raw = 0.7213 / (1 + 1.079 / count) * count * count / sumOfInverses
        if raw <= 2.5 * count, zeros > 0 {
            return Int((count * Self.logarithm(count / Double(zeros))).rounded())
        }
        return Int(raw.rounded())
    }

    /// The sum of 2^-register: of eight at a time, because one addition waits for the one before.
    private var sumOfInverses: Double {
        registers.withUnsafeBytes { ranks in
            var sums = SIMD8<Double>.zero
            for start in stride(from: 0, to: ranks.count, by: 8) {
                let eight = ranks.loadUnaligned(fromByteOffset: start, as: SIMD8<UInt8>.self)
                // A power of two is all exponent.
                let bits = (1023 &- SIMD8<UInt64>(truncatingIfNeeded: eight)) &<< 52
                // Safety: both are eight words of 64 bits, any of which is a number.
                sums += unsafeBitCast(bits, to: SIMD8<Double>.self)
            }
            return sums.sum()
        }
    }

    private mutating func insert(mixed hash: UInt64) {
        if registers.isEmpty {
            hashes.insert(hash)
            if hashes.count * 16 > 1 << precision { becomeDense() }
            return
        }
        let index = Int(hash >> UInt64(64 - precision))
        let rank = UInt8(
            (hash << UInt64(precision) | 1 << UInt64(precision - 1)).leadingZeroBitCount + 1)
        registers[index] = max(registers[index], rank)
    }

    private mutating func becomeDense() {
        let kept = hashes
        hashes = HashSet()
        registers = [UInt8](repeating: 0, count: 1 << precision)
        kept.forEach { insert(mixed: $0) }
    }

    /// The finaliser of splitmix64: stable hashes of integers are well mixed in their high bits only.
    private static func mix(_ hash: UInt64) -> UInt64 {
        var z = hash
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The natural logarithm, without a mathematics library: by halving and the series of artanh.
    private static func logarithm(_ value: Double) -> Double {
        let exponent = value.exponent
        let ratio = (value.significand - 1) / (value.significand + 1)
        var term = ratio
        var sum = 0.0
        for odd in stride(from: 1.0, to: 41, by: 2) {
            sum += term / odd
            term *= ratio * ratio
        }
        return 2 * sum + Double(exponent) * 0.693_147_180_559_945_3
    }
}

extension HyperLogLog: StateCodable {
    public func encode(to writer: inout StateWriter) throws {
        writer.write(count: precision)
        try writer.write(value: hashes.all)
        try writer.write(value: registers)
    }

    public init(from reader: inout StateReader) throws {
        precision = try reader.readCount()
        for hash in try reader.read(value: Set<UInt64>.self) { hashes.insert(hash) }
        registers = try reader.read(value: [UInt8].self)
        guard (4...18).contains(precision), [0, 1 << precision].contains(registers.count) else {
            throw StateReader.damaged("a HyperLogLog sketch")
        }
    }
}

extension Aggregation {
    /// About how many different values there are.
    /// - Parameter precision: From 4 to 18; the standard error is `1.04 / sqrt(2^precision)`.
    @inlinable
    public static func approximateDistinctCount<Value>(
        _ value: @escaping @Sendable (Input) -> Value, precision: Int = 14
    ) -> Self where Base == ApproximateDistinct<Input, Value> {
        Self(ApproximateDistinct(value, precision: precision))
    }
}
