import Millrace
import Testing

@Suite struct KeyGroupsTests {
    @Test(arguments: [1, 2, 128, 32_768])
    func groupsAreTheTopBits(count: Int) {
        let groups = KeyGroups(count: count)
        #expect(groups.group(of: 0) == 0)
        #expect(groups.group(of: .max) == count - 1)
        #expect(groups.group(of: 1 << 63) == count / 2)
    }

    @Test func rangesAgreeWithPartitionsAndCoverEveryGroup() {
        for count in [1, 4, 128, 256] {
            let groups = KeyGroups(count: count)
            for partitions in 1...(count + 3) {
                var next = 0
                for partition in 0..<partitions {
                    let range = groups.range(ofPartition: partition, of: partitions)
                    #expect(range.lowerBound == next)
                    next = range.upperBound
                    for group in range {
                        #expect(groups.partition(ofGroup: group, of: partitions) == partition)
                    }
                }
                #expect(next == count)
            }
        }
    }
}
