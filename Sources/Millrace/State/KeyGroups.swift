/// The fixed number of groups into which the keys of a topology are divided: the unit in which state
/// moves between partitions.
///
/// The number is decided when state is first written and cannot change afterwards; the number of
/// partitions can.
public struct KeyGroups: Sendable, Hashable {
    /// How many groups there are: a power of two.
    public let count: Int
    @usableFromInline let shift: UInt64

    /// - Parameter count: A power of two from 2 to 32,768. It bounds the parallelism.
    public init(count: Int = 128) {
        precondition(
            count >= 2 && count <= 32_768 && count & (count - 1) == 0,
            "the number of key groups is a power of two from 2 to 32,768")
        self.count = count
        shift = UInt64(64 - count.trailingZeroBitCount)
    }

    /// The group of the key with this stable hash.
    @inlinable @inline(__always)
    public func group(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> shift) }

    /// The partition, out of `partitions`, that owns a group.
    @inlinable
    public func partition(ofGroup group: Int, of partitions: Int) -> Int {
        group * partitions / count
    }

    /// The groups that a partition, out of `partitions`, owns.
    @inlinable
    public func range(ofPartition partition: Int, of partitions: Int) -> Range<Int> {
        let first = (partition * count + partitions - 1) / partitions
        let last = ((partition + 1) * count + partitions - 1) / partitions
        return first..<last
    }
}
