import Foundation
import Millrace
import Testing
import Topologies

@testable import Storefront

@Suite struct RecommendationsTests {
    private static let noon = Timestamp(millis: 1_767_614_400_000)

    private static func happening(
        _ type: EventType, _ user: ID, _ product: ID, _ category: String?, at second: Int
    ) -> ShopEvent {
        ShopEvent(
            id: "\(second)", type, user: user, product: product, category: category,
            price: Money(thousandths: 5000), time: noon + .seconds(second))
    }

    /// `ada` and `bob` look at 1 and 2; 3 and 4 sell well in category `a`, 5 in `b` best of all.
    private static let events: [ShopEvent] = [
        happening(.view, "bob", "1", "a", at: 1), happening(.view, "bob", "2", "b", at: 2),
        happening(.purchase, "x", "3", "a", at: 3), happening(.purchase, "y", "3", "a", at: 4),
        happening(.purchase, "x", "4", "a", at: 5), happening(.purchase, "x", "5", "b", at: 6),
        happening(.purchase, "y", "5", "b", at: 7), happening(.purchase, "z", "5", "b", at: 8),
        happening(.view, "ada", "1", "a", at: 9), happening(.view, "eve", "9", nil, at: 10),
    ]

    private func withViews(_ body: (LiveShop, ShopViews) async throws -> Void) async throws {
        try await ShopRun.withDirectory { data in
            try await ShopRun.withShop(in: data) { shop in
                shop.catalogue.replace(with: [
                    CatalogueProduct(id: "3", title: "Oak desk", category: "a"),
                    CatalogueProduct(id: "4", title: "Steel desk", category: "a"),
                    CatalogueProduct(id: "5", title: "Desk lamp", category: "b"),
                    CatalogueProduct(id: "6", title: "Glass desk", category: "b"),
                ])
                try await shop.append(Self.events)
                let views = try await ShopRun.views(of: shop) { views in
                    // Each view by itself: they need not be equally far.
                    let list = try await views.recommendations(for: "ada")
                    let sellers = try await views.bestSellers()
                    return try await views.history(of: "eve").products.count == 1
                        && list.basis == .personal && list.products.count == 3
                        && sellers.products.map(\.buyers) == [3, 2, 1]
                        && list.asOf == Self.noon + .seconds(10)
                }
                try await body(shop, views)
            }
        }
    }

    @Test func listsSayWhatTheyAreMadeOf() async throws {
        try await withViews { shop, views in
            let personal = try await views.recommendations(for: "ada")
            #expect(personal.basis == .personal)
            #expect(personal.products.map(\.product.id) == ["2", "3", "4"])
            #expect(
                personal.products.map(\.reason) == [
                    .similar, .categoryBestSeller, .categoryBestSeller,
                ])
            #expect(personal.products[1].product.title == "Oak desk")
            #expect(personal.asOf == Self.noon + .seconds(10))
            let unknown = try await views.recommendations(for: "nobody", limit: 2)
            #expect(unknown.basis == .bestSellers)
            #expect(unknown.products.map(\.product.id) == ["5", "3"])
            // No category, and nothing that goes with it.
            #expect(try await views.recommendations(for: "eve").basis == .bestSellers)
            let sellers = try await views.bestSellers(category: "a")
            #expect(sellers.products.map(\.product.id) == ["3", "4"])
            #expect(sellers.products.map(\.buyers) == [2, 1])
            #expect(try await views.bestSellers(category: "none").products.isEmpty)
        }
    }

    @Test func whatIsDeletedHasNoInfluenceAnyMore() async throws {
        try await withViews { shop, views in
            #expect(try await shop.forget(user: "ada", product: "1"))
            #expect(try await views.history(of: "ada").products.isEmpty)
            let list = try await views.recommendations(for: "ada")
            #expect(list.basis == .bestSellers)
            #expect(!list.products.map(\.product.id).contains("1"))
        }
    }

    @Test func searchesAreRankedByWordsPopularityAndHistory() async throws {
        try await withViews { shop, views in
            let plain = try await views.search("desk")
            #expect(plain.total == 4)
            #expect(plain.products.map(\.product.id).first == "5")
            #expect(Set(plain.products.map(\.isPersonal)) == [false])
            #expect(plain.recommendations.isEmpty)
            let personal = try await views.search("desk", user: "ada", limit: 2)
            #expect(personal.total == 4)
            #expect(personal.products.map(\.product.id) == ["3", "4"])
            #expect(Set(personal.products.map(\.isPersonal)) == [true])
            #expect(personal.recommendations.first?.product.id == "2")
            #expect(try await views.search("sofa").total == 0)
        }
    }

    @Test func aCatalogueMayChangeWhileEventsFlow() async throws {
        try await withViews { shop, _ in
            for round in 1...20 {
                shop.catalogue.replace(with: [
                    CatalogueProduct(id: "7", title: "Round \(round)", category: "r\(round)")
                ])
                let view = ShopEvent(
                    .view, user: "ida", product: "7", time: Self.noon + .seconds(100 + round))
                try await shop.append([view])
            }
            let views = try await ShopRun.views(of: shop) { views in
                try await views.history(of: "ida").products.first?.time
                    == Self.noon + .seconds(120)
            }
            let entry = try #require(try await views.history(of: "ida").products.first)
            #expect(entry.product.title == "Round 20")
            let category = try await views.visitorHistory(of: "ida").shown.first?.category
            #expect(category == "r20")
        }
    }
}
