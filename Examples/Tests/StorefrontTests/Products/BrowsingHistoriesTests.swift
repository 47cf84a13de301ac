import Millrace
import MillraceTesting
import Storefront
import Testing
import Topologies

@Suite struct BrowsingHistoriesTests {
    private func driver() async throws -> TopologyDriver<HistoryChange, String> {
        try await TopologyDriver<HistoryChange, String> { changes in
            let histories = browsingHistories(changes, depth: 3)
            let receipts = histories.sideOutput(deletionReceipts)
                .map { "deleted \($0.product): \($0.isDeleted)" }
            return
                histories
                .map { $0.products.map(\.description).joined(separator: " ") }
                .union(receipts)
        }
    }

    @Test func aRepeatedViewMovesToTheFront() async throws {
        let driver = try await driver()
        for (second, product) in ["1", "2", "1", "3", "4"].enumerated() {
            try driver.send(.viewed(user: "u", product: ID(product)), at: Int64(second))
            try await driver.snapshotAndRestore()
        }
        #expect(driver.takeOutput() == ["1", "2 1", "1 2", "3 1 2", "4 3 1"])
    }

    @Test func deletionsAreAnswered() async throws {
        let driver = try await driver()
        try driver.send(.viewed(user: "u", product: "1"), at: 0)
        try driver.send(.deleted(user: "u", product: "2"), at: 1)
        try driver.send(.deleted(user: "v", product: "1"), at: 2)
        try driver.send(.deleted(user: "u", product: "1"), at: 3)
        try driver.send(.viewed(user: "u", product: "5"), at: 4)
        try driver.finish()
        let found = driver.takeOutput()
        #expect(found.filter { !$0.hasPrefix("deleted") } == ["1", "", "5"])
        #expect(
            found.filter { $0.hasPrefix("deleted") } == [
                "deleted 2: false", "deleted 1: false", "deleted 1: true",
            ])
    }
}
