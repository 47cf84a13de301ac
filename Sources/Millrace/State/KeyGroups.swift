/// The unit in which keyed state moves between partitions: every key belongs to one of a fixed
/// number of groups, and every partition owns a contiguous range of them.
///
/// The group is the top bits of the key's stable hash, so it never changes; the number of partitions
/// may change from run to run. A topology's number of groups is written to its checkpoints and bounds
/// how many partitions it can ever have.
public struct KeyGroups: Sendable, Hashable {
    /// How many groups there are: a power of two from 1 to 32,768.
    public let count: Int

    /// The given number of groups, which must be a power of two from 1 to 32,768.
    @inlinable
    public init(count: Int = 128) {
        precondition(
            count > 0 && count & (count - 1) == 0 && count <= 32_768,
            "the number of key groups is a power of two from 1 to 32,768")
        self.count = count
    }

    /// The group of a key with the given stable hash.
    @inlinable @inline(__always)
    public func group(of hash: UInt64) -> Int {
        // Two shifts, because the group of the only group would need a shift by all 64 bits.
        Int(truncatingIfNeeded: (hash &>> 1) &>> UInt64(63 &- count.trailingZeroBitCount))
    }

    /// The partition, of `partitions`, that owns a group: `group · partitions / count`.
    @inlinable
    public func partition(ofGroup group: Int, of partitions: Int) -> Int {
        precondition(group >= 0 && group < count, "the group is not one of these key groups")
        precondition(partitions > 0, "there is at least one partition")
        return group &* partitions / count
    }

    /// The groups that one of `partitions` owns; empty if there are more partitions than groups and
    /// this one has none. The ranges of all partitions are disjoint and cover every group.
    @inlinable
    public func range(ofPartition partition: Int, of partitions: Int) -> Range<Int> {
        precondition(
            partition >= 0 && partition < partitions, "the partition is not one of the partitions")
        let lower = (partition &* count &+ partitions &- 1) / partitions
        let upper = ((partition &+ 1) &* count &+ partitions &- 1) / partitions
        return lower..<upper
    }
}
