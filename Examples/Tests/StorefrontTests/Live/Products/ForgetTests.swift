import Foundation
import Millrace
import Testing
import Topologies

@testable import Storefront

@Suite struct ForgetTests {
    private func view(_ product: ID, after seconds: Int) -> ShopEvent {
        ShopEvent(
            .view, user: "ada", product: product,
            time: Timestamp(millis: 1_767_614_400_000) + .seconds(seconds))
    }

    private func shown(_ views: ShopViews) async throws -> [ID] {
        try await views.history(of: "ada").products.map(\.product.id)
    }

    @Test func aDeletionHoldsAtOnceAndAfterARestart() async throws {
        try await ShopRun.withDirectory { data in
            try await ShopRun.withShop(in: data) { shop in
                try await shop.append([view("lamp", after: 0), view("desk", after: 1)])
                let views = try await ShopRun.views(of: shop) { try await shown($0).count == 2 }
                #expect(try await shop.forget(user: "ada", product: "lamp"))
                #expect(try await shown(views) == ["desk"])
                #expect(try await !shop.forget(user: "ada", product: "lamp"))
                #expect(try await !shop.forget(user: "ada", product: "chair"))
                #expect(try await !shop.forget(user: "bob", product: "desk"))
            }
            // Without a checkpoint everything is read from the log again.
            try FileManager.default.removeItem(atPath: data + "/checkpoints")
            try await ShopRun.withShop(in: data) { shop in
                _ = try await ShopRun.views(of: shop) { try await shown($0) == ["desk"] }
                try await shop.append([view("lamp", after: 2)])
                _ = try await ShopRun.views(of: shop) { try await shown($0) == ["lamp", "desk"] }
            }
        }
    }

    @Test func aShopThatDoesNotRunSaysSo() async throws {
        try await ShopRun.withDirectory { data in
            let shop = try LiveShop(ShopConfiguration(data: data))
            await #expect(throws: StreamError.self) {
                try await shop.forget(user: "ada", product: "lamp")
            }
        }
    }
}
