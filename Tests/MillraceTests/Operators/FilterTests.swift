import Millrace
import MillraceTesting
import Testing

@Suite struct FilterTests {
    /// Branches share their batches: what one of them leaves out, all or some, the others still get.
    @Test func branchesDoNotTakeFromEachOther() async throws {
        let driver = try await TopologyDriver<Int, String> { numbers in
            numbers.filter(name: "none") { _ in false }.map { "none \($0)" }
                .union(
                    numbers.filter(name: "first") { $0 < 3 }.map { "first \($0)" },
                    numbers.filter(name: "third") { $0 % 3 == 0 }.map { "third \($0)" },
                    numbers.filter(name: "all") { _ in true }.map { "all \($0)" })
        }
        try driver.send((0..<7).map { ($0, Int64($0)) })
        try driver.finish()
        let expected =
            (0..<3).map { "first \($0)" } + [0, 3, 6].map { "third \($0)" }
            + (0..<7).map { "all \($0)" }
        #expect(driver.takeOutput().sorted() == expected.sorted())
        let filtered = ["none", "first", "third", "all"].map { driver.report[$0]?.filtered }
        #expect(filtered == [7, 4, 4, 0])
    }

    /// An element that cannot be judged is no filtered one, even if nothing is left.
    @Test func whatFailsIsNotFiltered() async throws {
        struct Unknown: Error {}
        let driver = try await TopologyDriver<Int, Int> { numbers in
            numbers.filter(name: "none") {
                if $0 == 2 { throw Unknown() }
                return false
            }
            .onError(.skipAndCount)
        }
        try driver.send((0..<5).map { ($0, Int64($0)) })
        try driver.finish()
        #expect(driver.takeOutput() == [])
        #expect(driver.report["none"]?.filtered == 4)
        #expect(driver.report["none"]?.failed == 1)
    }
}
