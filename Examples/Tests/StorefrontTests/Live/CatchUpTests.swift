import Testing

@testable import Storefront

@Suite struct CatchUpTests {
    @Test func progressCountsFromWhereReadingBegan() {
        var catchUp = CatchUp(ends: ["0": 1000, "1": 100])
        #expect(catchUp.readiness(["0": 800, "1": 100]) == .recovering(progress: 0, behind: 200))
        #expect(catchUp.readiness(["0": 950, "1": 120]) == .recovering(progress: 0.75, behind: 50))
        #expect(catchUp.readiness(["0": 1000, "1": 120]) == .ready)
    }

    @Test func aPartitionThatHasNotReportedIsBehind() {
        var catchUp = CatchUp(ends: ["0": 10])
        #expect(catchUp.readiness([:]) == .recovering(progress: 0, behind: 10))
        #expect(catchUp.readiness(["0": 5]) == .recovering(progress: 0.5, behind: 5))
    }

    @Test func anEmptyLogIsCaughtUpWithAtOnce() {
        var catchUp = CatchUp(ends: ["0": 0])
        #expect(catchUp.readiness(["0": 0]) == .ready)
    }
}
