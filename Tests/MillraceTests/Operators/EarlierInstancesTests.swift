import Testing

@testable import Millrace

/// What a keyed instance takes over from the instances of an earlier run.
@Suite struct EarlierInstancesTests {
    private let groups = KeyGroups()

    private func ownership(_ index: Int, of parallelism: Int) -> GroupOwnership {
        GroupOwnership(
            groups: groups, range: groups.range(ofPartition: index, of: parallelism))
    }

    @Test(arguments: [
        (0, 3, [0]), (1, 3, [1]), (2, 3, [2]), (0, 1, [0, 1, 2]), (0, 2, [0, 1]), (1, 2, [1, 2]),
        (0, 4, [0]), (1, 4, [0, 1]), (3, 4, [2]),
    ])
    func thoseWithOwnedKeys(index: Int, parallelism: Int, expected: [Int64]) {
        let states = (0..<3).map {
            RestoredState(watermark: Timestamp(millis: $0), content: .memory($0))
        }
        let taken = ownership(index, of: parallelism).earlierInstances(states)
        #expect(taken.map(\.watermark.millis) == expected)
    }

    /// One instance had fired the window from 0 to 2 s, the other had not come so far.
    @Test func windowsOfALaggingInstanceAreNotLeftOut() throws {
        typealias Windows = PaneWindowOperator<Int, Count<Int>>
        let grid = try PaneGrid(size: .seconds(2), slide: .seconds(2))
        var windows = Windows(
            grid: grid, latenessMillis: 0, aggregate: Count(), selector: KeySelector { $0 })
        let ahead = Windows.Snapshot(
            panes: [], watermark: Timestamp(millis: 2500), lastFired: 0)
        let behind = Windows.Snapshot(
            panes: [], watermark: Timestamp(millis: 1000), lastFired: nil)
        try windows.restore([behind], owning: ownership(0, of: 2))
        #expect(windows.lastFired == nil)
        try windows.restore([ahead, ahead], owning: ownership(0, of: 1))
        #expect(windows.lastFired == 0)
        #expect(throws: StreamError.self) {
            try windows.restore([ahead, behind], owning: ownership(0, of: 1))
        }
    }
}
