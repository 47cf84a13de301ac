import Foundation
import Millrace
import Testing
import Topologies

@testable import Storefront

@Suite struct ReadinessTests {
    private func directory() -> String { NSTemporaryDirectory() + "shop-\(UUID())" }

    private func views(_ count: Int) -> [ShopEvent] {
        (0..<count).map { number in
            ShopEvent(
                id: "\(number)", .view, user: ID("u\(number % 50)"), product: ID("p\(number)"),
                time: Timestamp(millis: 1_767_614_400_000 + Int64(number)))
        }
    }

    @Test func aReadyShopKnowsEverythingThatWasInItsLog() async throws {
        let data = directory()
        defer { try? FileManager.default.removeItem(atPath: data) }
        var configuration = ShopConfiguration(data: data)
        configuration.partitions = 3
        let shop = try LiveShop(configuration)
        #expect(shop.readiness == .notStarted)
        try await shop.append(views(20_000), refused: ["not an event"])
        async let end: Void = shop.run()
        var states: [Readiness] = []
        while !shop.readiness.isReady {
            states.append(shop.readiness)
            await Task.yield()
        }
        for number in 19_950..<20_000 {
            let history = try await shop.views?.history(of: ID("u\(number % 50)"))
            #expect(history?.products.first?.product.id == ID("p\(number)"))
        }
        #expect(states.allSatisfy { $0.progress >= 0 && $0.progress <= 1 && $0.behind <= 20_001 })
        try await shop.stop()
        try await end
        #expect(shop.readiness == .notStarted)
        // The directory is free again, and the last checkpoint leaves nothing to replay.
        let again = try LiveShop(configuration)
        async let secondEnd: Void = again.run()
        while !again.readiness.isReady {
            #expect(again.readiness.behind == 0)
            await Task.yield()
        }
        try await again.stop()
        try await secondEnd
    }

    @Test func aDirectoryHasOneShopAtATime() throws {
        let data = directory()
        defer { try? FileManager.default.removeItem(atPath: data) }
        let shop = try LiveShop(ShopConfiguration(data: data))
        #expect(throws: StreamError.self) { try LiveShop(ShopConfiguration(data: data)) }
        #expect(shop.logFailure == nil)
    }

    @Test func stoppingBeforeTheStartEndsTheRun() async throws {
        let data = directory()
        defer { try? FileManager.default.removeItem(atPath: data) }
        let shop = try LiveShop(ShopConfiguration(data: data))
        try await shop.stop()
        try await shop.run()
        await #expect(throws: StreamError.self) { try await shop.append(views(1)) }
    }

    @Test func aSavepointIsKeptApart() async throws {
        let data = directory()
        defer { try? FileManager.default.removeItem(atPath: data) }
        let shop = try LiveShop(ShopConfiguration(data: data))
        await #expect(throws: StreamError.self) { try await shop.savepoint() }
        async let end: Void = shop.run()
        while !shop.readiness.isReady { await Task.yield() }
        let (path, _) = try await shop.savepoint()
        #expect(try DirectoryStorage(path).checkpointIDs().count == 1)
        try await shop.stop()
        try await end
    }
}
