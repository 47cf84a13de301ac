import Foundation
import HTTPTypes
import HummingbirdTesting
import Millrace
import Storefront
import Testing

@testable import StorefrontServer

@Suite struct OpenAPITests {
    private func document(_ client: any TestClientProtocol) async throws -> SchemaCheck {
        SchemaCheck(document: try await client.get("/openapi.json").object)
    }

    @Test func describesEveryRouteAndNoOther() async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        let server = shop.server()
        try await server.application.test(.router) { client in
            let document = try await document(client).document
            #expect(document["openapi"] as? String == "3.1.0")
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            let described = paths.flatMap { path, methods in
                methods.keys.map { "\($0.uppercased()) \(path)" }
            }
            let served = server.api.routes.map { "\($0.method.rawValue) \($0.path)" }
            #expect(Set(described).symmetricDifference(served).isEmpty)
            #expect(Set(served).count == served.count)
        }
    }

    /// Calls everything, with and without results, and compares the answers with what the document says.
    @Test func answersAreAsDescribed() async throws {
        let shop = try TestShop()
        try await shop.running {
            try await shop.server().application.test(.router) { client in
                let check = try await document(client)
                for call in Self.calls { try await self.compare(call, client, check) }
                try await fill(client, of: shop.shop)
                for call in Self.calls { try await self.compare(call, client, check) }
            }
        }
    }

    private struct Call {
        var method = HTTPRequest.Method.get
        var template: String
        var uri: String
        var status = 200
        var body: String?

        init(
            _ template: String, _ uri: String? = nil, _ method: HTTPRequest.Method = .get,
            _ status: Int = 200, body: String? = nil
        ) {
            self.template = template
            self.uri = uri ?? template
            self.method = method
            self.status = status
            self.body = body
        }
    }

    private static let calls = [
        Call("/analyze"), Call("/analyze", "/analyze?at=1767225600000&limit=1"),
        Call("/analyze", "/analyze?limit=x", .get, 400),
        Call("/sessions"), Call("/sessions", "/sessions?user=u1&state=open&limit=1"),
        Call("/sessions", "/sessions?state=shut", .get, 400),
        Call("/sessions", "/sessions?cursor=no", .get, 400),
        Call("/sessions/{id}", "/sessions/nobody-1", .get, 404),
        Call("/funnels"), Call("/journeys"), Call("/alerts"), Call("/dead-letters"),
        Call("/dead-letters", "/dead-letters?reason=duplicate"),
        Call("/search", "/search?q=lamp&user=u1"), Call("/search", "/search", .get, 400),
        Call("/users/{id}/history", "/users/u1/history"),
        Call("/users/{id}/history/{product}", "/users/u1/history/p9", .delete),
        Call("/recommendations/{user}", "/recommendations/u1"),
        Call("/recommendations/{user}", "/recommendations/u1?limit=0", .get, 400),
        Call("/bestsellers"), Call("/bestsellers", "/bestsellers?category=lamps"),
        Call("/products"), Call("/products", "/products?limit=1"),
        Call("/products/{id}", "/products/p1"), Call("/products/{id}", "/products/p9", .get, 404),
        Call("/categories"), Call("/healthz"), Call("/readyz"),
        Call("/admin/savepoint", nil, .post), Call("/admin/catalogue/reload", nil, .post),
        Call("/track", nil, .post, 422, body: "[{}]"), Call("/track", nil, .post, 400, body: "["),
        Call("/topology"), Call("/metrics"),
    ]

    private func compare(
        _ call: Call, _ client: any TestClientProtocol, _ check: SchemaCheck
    ) async throws {
        let place = "\(call.method.rawValue) \(call.uri)"
        let response = try await send(call, client)
        #expect(response.status.code == call.status, "\(place): \(response.text)")
        let paths = check.document["paths"] as? [String: [String: [String: Any]]]
        let operation = paths?[call.template]?[call.method.rawValue.lowercased()]
        let responses = try #require(operation?["responses"] as? [String: [String: Any]])
        var described = try #require(responses["\(call.status)"], "\(place)")
        if let name = (described["$ref"] as? String)?.split(separator: "/").last {
            let components = check.document["components"] as? [String: [String: Any]]
            described = try #require(components?["responses"]?[String(name)] as? [String: Any])
        }
        let contents = try #require(described["content"] as? [String: [String: Any]])
        let type = try #require(response.headers[.contentType]).split(separator: ";")[0]
        let content = try #require(contents[String(type)], "\(place): \(type)")
        guard type.hasSuffix("json") else { return }
        let schema = try #require(content["schema"] as? [String: Any])
        #expect(check.problems(try response.json, schema) == [], "\(place)")
    }

    private func send(_ call: Call, _ client: any TestClientProtocol) async throws -> TestResponse {
        if let body = call.body { return try await client.track(body) }
        return try await client.execute(uri: call.uri, method: call.method)
    }

    /// Events of every kind, waited for.
    private func fill(_ client: any TestClientProtocol, of shop: LiveShop) async throws {
        let now = TestShop.now.millis
        var events: [String] = []
        for (index, type) in ["view", "add_to_cart", "purchase", "add_to_favourites"].enumerated() {
            for user in 1...3 {
                events.append(
                    #"{"event_id":"e\#(index)-\#(user)","type":"\#(type)","user_id":"u\#(user)","#
                        + #""product_id":"p\#(user % 2 + 1)","price":2.5,"quantity":2,"#
                        + #""timestamp":\#(now - 60_000 + Int64(index * 1000))}"#)
            }
        }
        events.append(events[0])
        events.append(#"{"type":"search","user_id":"u1","query":"lamp","timestamp":\#(now)}"#)
        events.append(#"{"type":"page_view","user_id":"u1","page_url":"/a","timestamp":\#(now)}"#)
        events.append(#"{"type":"page_view"}"#)
        let response = try await client.track("[\(events.joined(separator: ","))]")
        #expect(response.status == .accepted)
        try await shop.settle()
        let figures = try await client.get("/analyze").object["events"] as? [String: Any]
        #expect(figures?["total"] as? Int == 14)
    }
}
