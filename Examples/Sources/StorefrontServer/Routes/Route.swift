import HTTPTypes
import Hummingbird

/// A call of the API: how it is made, and what answers it.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, ShopContext) async throws -> Response

    let method: HTTPRequest.Method
    /// The path as the API's document writes it: `/sessions/{id}`.
    let path: String
    let handler: Handler

    init(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.handler = handler
    }
}

extension Router<ShopContext> {
    /// The methods that are told apart from a path that is not there.
    private static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
    ]

    /// Adds routes. A path of them that is called with another method answers 405 with those it has.
    func add(_ routes: [Route]) {
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            var allowed = Set(routes.map(\.method))
            for route in routes {
                on(RouterPath(path), method: route.method, use: route.handler)
            }
            if allowed.contains(.get), allowed.insert(.head).inserted {
                head(path, routes.first { $0.method == .get })
            }
            let names = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.methods where !allowed.contains(method) {
                on(RouterPath(path), method: method) { _, _ -> Response in
                    throw Problem.methodNotAllowed(allowed: names)
                }
            }
        }
    }

    /// Answers HEAD as GET, without the body.
    private func head(_ path: String, _ route: Route?) {
        guard let route else { return }
        on(RouterPath(path), method: .head) { request, context in
            try await route.handler(request, context).createHeadResponse()
        }
    }
}
