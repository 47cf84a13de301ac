import Foundation
import Millrace
import Testing
import Topologies

@testable import Storefront

@Suite(.timeLimit(.minutes(10))) struct LiveShopTests {
    private static let noon = Timestamp(millis: 1_767_614_400_000)

    private func view(_ product: String, after seconds: Int) -> ShopEvent {
        ShopEvent(
            id: "\(product)-\(seconds)", .view, user: "ada", product: ID(product),
            time: Self.noon + .seconds(seconds))
    }

    /// Runs a shop until `body` has ended.
    private func withShop(
        in data: String, _ body: (LiveShop) async throws -> Void
    ) async throws {
        let shop = try LiveShop(ShopConfiguration(data: data))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await shop.run() }
            try await body(shop)
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }

    /// Waits until the shop's history of a user is `products`.
    private func awaitHistory(_ products: [ID], in shop: LiveShop) async throws {
        while try await shop.views?.history(of: "ada").products.map(\.product.id) != products {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test func whatIsAppendedIsKnownAndSurvivesARestart() async throws {
        let data = NSTemporaryDirectory() + "shop-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: data) }
        try await withShop(in: data) { shop in
            try await shop.append([view("lamp", after: 0), view("desk", after: 1)])
            try await awaitHistory(["desk", "lamp"], in: shop)
        }
        try await withShop(in: data) { shop in
            try await awaitHistory(["desk", "lamp"], in: shop)
            try await shop.append([view("desk", after: 1), view("chair", after: 2)])
            try await awaitHistory(["chair", "desk", "lamp"], in: shop)
        }
    }

    @Test func listenersHearEachEventOnceAndSlowOnesAreCutOff() async throws {
        let feed = EventFeed()
        let quick = feed.events(capacity: 10)
        let slow = feed.events(capacity: 2)
        for second in 0..<3 { feed.publish(view("lamp", after: second)) }
        #expect(feed.listenerCount == 1)
        var heard: [ShopEvent] = []
        for await event in slow { heard.append(event) }
        #expect(heard.count == 2)
        var iterator = quick.makeAsyncIterator()
        #expect(await iterator.next()?.time == Self.noon)
    }
}
