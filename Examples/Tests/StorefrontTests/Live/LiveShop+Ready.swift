import Testing

@testable import Storefront

extension LiveShop {
    /// Runs the shop, does something once it is ready, and stops it. A run that fails ends the wait.
    func whenReady<Result>(_ body: () async throws -> Result) async throws -> Result {
        let result = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await self.run()
                return false
            }
            group.addTask {
                while !self.readiness.isReady {
                    #expect((0...1).contains(self.readiness.progress))
                    try Task.checkCancellation()
                    await Task.yield()
                }
                return true
            }
            try #require(try await group.next() == true, "the shop has ended before it was ready")
            let result = try await body()
            try await self.stop()
            try await group.waitForAll()
            return result
        }
        #expect(readiness == .notStarted)
        return result
    }
}
