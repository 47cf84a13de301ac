import HTTPTypes
import Hummingbird
import Millrace
import Storefront
import Topologies

extension ShopAPI {
    /// What the shop sells, and to whom it recommends it.
    var productRoutes: [Route] {
        [
            Route(.get, "/analyze", analyze), Route(.get, "/search", search),
            Route(.get, "/users/{id}/history", history),
            Route(.delete, "/users/{id}/history/{product}", forget),
            Route(.get, "/recommendations/{user}", recommendations),
            Route(.get, "/bestsellers", bestSellers), Route(.get, "/products", products),
            Route(.get, "/products/{id}", product), Route(.get, "/categories", categories),
        ]
    }

    /// Everything at a glance, now or at the end of an earlier minute.
    @Sendable
    private func analyze(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["at", "limit"])
        let (time, limit) = (try query.time("at"), try query.limit(10, maximum: 100))
        let views = try views
        async let activity = views.activity(at: time)
        async let rankings = views.rankings(at: time, limit: limit)
        return .json(Analysis(activity: try await activity, rankings: try await rankings))
    }

    @Sendable
    private func search(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["q", "user", "limit"])
        guard let words = try query.text("q") else {
            throw Problem.parameter("q", "is missing")
        }
        let user = try query.text("user").map { ID($0) }
        return .json(
            try await views.search(words, user: user, limit: query.limit(20, maximum: 100)))
    }

    @Sendable
    private func history(_ request: Request, _ context: ShopContext) async throws -> Response {
        _ = try Query(request, known: [])
        return .json(try await views.history(of: ID(context.segment("id"))))
    }

    /// Takes a product out of a user's history. It is written to the log as an event, so that it holds after
    /// a restart as well; the answer comes once reads no longer show the product.
    @Sendable
    private func forget(_ request: Request, _ context: ShopContext) async throws -> Response {
        // It is an event as any other.
        try request.authorize(with: configuration.trackToken)
        _ = try Query(request, known: [])
        _ = try views
        let user = ID(try context.segment("id"))
        let product = ID(try context.segment("product"))
        let isDeleted = try await gate.admit(1) {
            try await shop.forget(user: user, product: product)
        }
        return .json(Deletion(user: user, product: product, isDeleted: isDeleted))
    }

    @Sendable
    private func recommendations(
        _ request: Request, _ context: ShopContext
    ) async throws -> Response {
        let query = try Query(request, known: ["limit"])
        let user = ID(try context.segment("user"))
        return .json(
            try await views.recommendations(for: user, limit: query.limit(10, maximum: 10)))
    }

    @Sendable
    private func bestSellers(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["category", "limit"])
        return .json(
            try await views.bestSellers(
                category: query.text("category"), limit: query.limit(10, maximum: 100)))
    }

    // MARK: - The catalogue

    @Sendable
    private func products(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["category", "limit", "cursor"])
        return .json(
            shop.catalogue.current.page(
                category: try query.text("category"),
                after: try query.text("cursor").map { ID($0) },
                limit: try query.limit(50, maximum: 1_000)))
    }

    @Sendable
    private func product(_ request: Request, _ context: ShopContext) async throws -> Response {
        _ = try Query(request, known: [])
        guard let product = shop.catalogue.current[ID(try context.segment("id"))] else {
            throw Problem.notFound("the catalogue has no product of this id")
        }
        return .json(product)
    }

    @Sendable
    private func categories(_ request: Request, _ context: ShopContext) async throws -> Response {
        _ = try Query(request, known: [])
        return .json(CategoriesView(shop.catalogue.current))
    }
}

/// Activity and rankings as one object.
private struct Analysis: JSONEncodableRecord {
    var activity: ActivityView
    var rankings: RankingsView

    func encode(to json: inout JSONWriter) {
        activity.encode(to: &json)
        rankings.encodeFields(to: &json)
    }
}

private struct Deletion: JSONEncodableRecord {
    var user: ID
    var product: ID
    var isDeleted: Bool

    func encode(to json: inout JSONWriter) {
        json.field("user", user.description)
        json.field("product", product.description)
        json.field("deleted", isDeleted)
    }
}
