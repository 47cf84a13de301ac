import Foundation
import Millrace
import Topologies

@testable import Storefront

/// A running shop in a directory of its own.
enum ShopRun {
    /// Gives `body` the path of a directory that is gone afterwards.
    static func withDirectory(_ body: (String) async throws -> Void) async throws {
        let data = NSTemporaryDirectory() + "shop-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: data) }
        try await body(data)
    }

    /// Runs a shop until `body` has ended.
    static func withShop(
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

    /// The views, once `isReady` says that what they show has come.
    static func views(
        of shop: LiveShop, once isReady: (ShopViews) async throws -> Bool
    ) async throws -> ShopViews {
        while true {
            if let views = shop.views, try await isReady(views) { return views }
            await Task.yield()
        }
    }
}
