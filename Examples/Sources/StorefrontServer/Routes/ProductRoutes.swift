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
        if let time { try check(time, newest: try await views.newestEvent()) }
        async let activity = views.activity(at: time)
        async let rankings = views.rankings(at: time, limit: limit)
        return .json(Analysis(activity: try await activity, rankings: try await rankings))
    }

    /// What is kept goes back a day. Clocks differ, and the newest minute is not over.
    private func check(_ past: Timestamp, newest: Timestamp) throws {
        if newest == .none { return }
        let latest = max(newest, time.now()) + .minutes(1)
        if past > latest { throw Problem.parameter("at", "is in the future") }
        if past < newest - .hours(25) {
            throw Problem.parameter(
                "at", "is more than 24 hours before the newest event, which is of \(newest.millis)")
        }
    }

    @Sendable
    private func search(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["q", "user", "limit"])
        guard let words = try query.text("q") else {
            throw Problem.parameter("q", "is missing")
        }
        guard words.contains(where: { $0.isLetter || $0.isNumber }) else {
            throw Problem.parameter("q", "has no letter or digit")
        }
        let user = try query.text("user").map { ID($0) }
        let limit = try query.limit(20, maximum: 100)
        return .json(try await views.search(words, user: user, limit: limit))
    }

    @Sendable
    private func history(_ request: Request, _ context: ShopContext) async throws -> Response {
        _ = try Query(request, known: [])
        let user = ID(try context.segment("id"))
        return .json(try await views.history(of: user))
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
        let (user, limit) = (ID(try context.segment("user")), try query.limit(10, maximum: 10))
        return .json(try await views.recommendations(for: user, limit: limit))
    }

    @Sendable
    private func bestSellers(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["category", "limit"])
        let (category, limit) = (try query.text("category"), try query.limit(10, maximum: 100))
        return .json(try await views.bestSellers(category: category, limit: limit))
    }

    // MARK: - The catalogue

    @Sendable
    private func products(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["category", "limit", "cursor"])
        return .json(
            shop.catalogue.current.page(
                category: try query.text("category"),
                after: try query.cursor(CataloguePage.place),
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
        json.field("user", user)
        json.field("product", product)
        json.field("deleted", isDeleted)
    }
}
