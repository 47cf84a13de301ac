import Hummingbird
import Millrace
import Storefront
import Topologies

extension ShopAPI {
    /// What visitors do.
    var visitRoutes: [Route] {
        [
            Route(.get, "/sessions", sessions), Route(.get, "/sessions/{id}", session),
            Route(.get, "/funnels", funnels), Route(.get, "/journeys", journeys),
            Route(.get, "/alerts", alerts), Route(.get, "/dead-letters", deadLetters),
        ]
    }

    @Sendable
    private func sessions(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(
            request, known: ["user", "state", "from", "to", "limit", "cursor"])
        let (from, to) = (try query.time("from"), try query.time("to"))
        if let from, let to, to <= from {
            throw Problem.parameter("to", "must be later than 'from', or no session can be between")
        }
        let filter = SessionFilter(
            user: try query.text("user").map { ID($0) },
            state: try query.choice("state", SessionView.State.self), from: from, to: to,
            limit: try query.limit(50, maximum: 1_000),
            cursor: try query.cursor(SessionPage.checked))
        return .json(try await views.sessions(filter))
    }

    @Sendable
    private func session(_ request: Request, _ context: ShopContext) async throws -> Response {
        _ = try Query(request, known: [])
        let id = try context.segment("id")
        guard let session = try await views.session(id: id) else {
            throw Problem.notFound("there is no session of this id, or no longer")
        }
        return .json(session)
    }

    @Sendable
    private func funnels(_ request: Request, _ context: ShopContext) async throws -> Response {
        _ = try Query(request, known: [])
        return .json(try await views.funnels())
    }

    @Sendable
    private func journeys(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["limit"])
        let limit = try query.limit(20, maximum: 100)
        return .json(try await views.journeys(limit: limit))
    }

    @Sendable
    private func alerts(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["limit"])
        let limit = try query.limit(50, maximum: 1_000)
        return .json(try await views.alerts(limit: limit))
    }

    @Sendable
    private func deadLetters(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["reason", "limit"])
        let reason = try query.choice("reason", RefusedEvent.Reason.self)
        let limit = try query.limit(50, maximum: 1_000)
        return .json(try await views.refused(reason: reason, limit: limit))
    }
}
