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

    /// Runs a shop until `body`, which begins when it is ready, has ended; then stops it.
    private func withReadyShop(
        _ configuration: ShopConfiguration, _ body: (LiveShop) async throws -> Void
    ) async throws {
        let shop = try LiveShop(configuration)
        try await shop.whenReady { try await body(shop) }
    }

    @Test func aReadyShopKnowsEverythingThatWasInItsLog() async throws {
        let data = directory()
        defer { try? FileManager.default.removeItem(atPath: data) }
        var configuration = ShopConfiguration(data: data)
        configuration.partitions = 3
        let shop = try LiveShop(configuration)
        #expect(shop.readiness == .notStarted)
        try await shop.append(views(3000), refused: [RefusedInput("not an event", [])])
        try await shop.whenReady {
            for number in 2950..<3000 {
                let history = try await shop.views?.history(of: ID("u\(number % 50)"))
                #expect(history?.products.first?.product.id == ID("p\(number)"))
            }
        }
        // The directory is free again, and nothing is lost.
        try await withReadyShop(configuration) { shop in
            let history = try await shop.views?.history(of: "u0")
            #expect(history?.products.first?.product.id == "p2950")
        }
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
        try await shop.whenReady {
            let (path, _) = try await shop.savepoint()
            #expect(try DirectoryStorage(path).checkpointIDs().count == 1)
        }
    }
}
