import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Millrace
import Storefront
import Testing

@testable import StorefrontServer

@Suite struct RouteTests {
    private func withClient(
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.server(configure).application.test(.router) { try await body($0) }
    }

    @Test(arguments: [
        ("/products?limit=0", "limit"), ("/products?limit=1001", "limit"),
        ("/products?limit=+5", "limit"), ("/products?limit=1e2", "limit"),
        ("/products?limit=99999999999999999999", "limit"), ("/products?limit=", "limit"),
        ("/products?limit=1&limit=2", "limit"), ("/products?lmit=2", "lmit"),
        ("/products?category=", "category"), ("/products?=", ""), ("/products/%ff", "id"),
        ("/products/%4", "id"), ("/real-time-events?type=jump", "type"),
        ("/products?cursor=xyz", "cursor"), ("/products?cursor=", "cursor"),
        ("/sessions?cursor=1.u", "cursor"), ("/sessions?from=5&to=5", "to"),
        ("/sessions?from=5&to=4", "to"), ("/sessions?from=-1", "from"),
        ("/analyze?at=1.5", "at"), ("/search?q=%20", "q"), ("/search?q=!?", "q"),
        ("/alerts?limit=0", "limit"), ("/dead-letters?reason=old", "reason"),
        ("/metrics?x=1", "x"), ("/openapi.json?x=1", "x"), ("/topology?x=1", "x"),
        ("/recommendations/u?limit=11", "limit"), ("/bestsellers?limit=101", "limit"),
    ])
    func wrongParametersAreNamed(_ uri: String, _ name: String) async throws {
        try await withClient { client in
            let response = try await client.get(uri)
            #expect(response.status == .badRequest, "\(uri)")
            #expect(response.headers[.contentType] == "application/problem+json")
            let errors = try response.object["errors"] as? [[String: Any]]
            #expect(errors?.first?["field"] as? String == name)
        }
    }

    @Test func queriesAreDecoded() async throws {
        try await withClient { client in
            let page = try await client.get("/products?category=l%61mps&limit=1").object
            #expect((page["products"] as? [Any])?.count == 1)
            let cursor = try #require(page["next"] as? String)
            let next = try await client.get("/products?cursor=\(cursor)").object
            #expect((next["products"] as? [[String: Any]])?.first?["product"] as? String == "p2")
            #expect(try await client.get("/products?category=%zz").status == .badRequest)
            #expect(try await client.get("/products?category=%c3%28").status == .badRequest)
            let long = String(repeating: "x", count: 300)
            #expect(try await client.get("/products?category=\(long)").status == .badRequest)
        }
    }

    @Test func textIsPercentDecodedOnce() {
        #expect(String(percentEncoded: "a+b%2B%2541".utf8, isForm: true) == "a b+%41")
        #expect(String(percentEncoded: "a+b".utf8, isForm: false) == "a+b")
        #expect(String(percentEncoded: "%e2%82%ac".utf8, isForm: false) == "€")
        #expect(String(percentEncoded: "%e2%82".utf8, isForm: false) == nil)
        #expect(String(percentEncoded: "%".utf8, isForm: false) == nil)
    }

    @Test func otherMethodsAreRefusedWithThoseThatAreTaken() async throws {
        try await withClient { client in
            for method in [HTTPRequest.Method.put, .delete, .patch, .options] {
                let response = try await client.execute(uri: "/track", method: method)
                #expect(response.status == .methodNotAllowed)
                #expect(response.headers[.allow] == "POST")
            }
            let response = try await client.execute(uri: "/products", method: .post)
            #expect(response.headers[.allow] == "GET, HEAD")
        }
    }

    @Test func whatIsNotThereIsAProblem() async throws {
        try await withClient { client in
            for uri in ["/nothing", "/products/p9", "/%2e%2e/etc/passwd", "/../x", "//"] {
                let response = try await client.get(uri)
                #expect(response.status == .notFound || uri == "//", "\(uri)")
                if response.status == .notFound {
                    #expect(response.headers[.contentType] == "application/problem+json")
                    #expect(try response.object["title"] as? String == "Not Found")
                }
            }
        }
    }

    @Test func headIsGetWithoutTheBody() async throws {
        try await withClient { client in
            for uri in ["/products", "/", "/real-time-events", "/nothing", "/funnels"] {
                let get = uri == "/real-time-events" ? nil : try await client.get(uri)
                let head = try await client.execute(uri: uri, method: .head)
                #expect(head.body.readableBytes == 0)
                if let get {
                    #expect(head.status == get.status)
                    #expect(head.headers[.contentLength] == get.headers[.contentLength])
                }
            }
        }
    }

    @Test func untilTheShopIsReadyReadsAreToldToComeBack() async throws {
        try await withClient { client in
            for uri in ["/analyze", "/sessions", "/bestsellers", "/topology", "/users/u/history"] {
                let response = try await client.get(uri)
                #expect(response.status == .serviceUnavailable)
                #expect(response.headers[.retryAfter] == "1")
            }
            let ready = try await client.get("/readyz")
            #expect(ready.status == .serviceUnavailable)
            #expect(try ready.object["ready"] as? Bool == false)
            #expect(try await client.get("/healthz").status == .ok)
        }
    }

    @Test func everyAnswerHasAnIdAndKeepsBrowsersIn() async throws {
        try await withClient { client in
            let id = try #require(HTTPField.Name("X-Request-ID"))
            var ids: Set<String> = []
            for uri in ["/products", "/nothing", "/", "/analyze"] {
                let headers = try await client.get(uri).headers
                ids.insert(try #require(headers[id]))
                let policy = try #require(headers[.contentSecurityPolicy])
                #expect(policy.contains("default-src 'none'"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(headers[.xContentTypeOptions] == "nosniff")
            }
            #expect(ids.count == 4)
        }
    }

    @Test func administrationDemandsItsToken() async throws {
        try await withClient({ $0.adminToken = "key" }) { client in
            let uri = "/admin/catalogue/reload"
            #expect(try await client.execute(uri: uri, method: .post).status == .unauthorized)
            let response = try await client.execute(
                uri: uri, method: .post, headers: [.authorization: "Bearer key"])
            #expect(response.status == .ok)
            #expect(try response.object["products"] as? Int == 2)
        }
    }

    @Test func aDeletedProductIsGoneAtOnce() async throws {
        let shop = try TestShop()
        try await shop.running {
            try await shop.server().application.test(.router) { client in
                let time = TestShop.now.millis
                _ = try await client.track(
                    #"{"type":"view","user_id":"a/b","product_id":"p1","timestamp":\#(time)}"#)
                try await shop.shop.settle()
                let history = try await client.get("/users/a%2Fb/history").object
                #expect((history["products"] as? [Any])?.count == 1)
                for expected in [true, false] {
                    let response = try await client.execute(
                        uri: "/users/a%2Fb/history/p1", method: .delete)
                    #expect(try response.object["deleted"] as? Bool == expected)
                    let history = try await client.get("/users/a%2Fb/history").object
                    #expect((history["products"] as? [Any])?.isEmpty == true)
                }
            }
        }
    }

    @Test func pastsThatAreNotKeptAreRefused() async throws {
        let shop = try TestShop()
        try await shop.running {
            try await shop.server().application.test(.router) { client in
                let now = TestShop.now.millis
                _ = try await client.track(
                    #"{"type":"page_view","user_id":"u","timestamp":\#(now)}"#)
                try await shop.shop.settle()
                for (time, status) in [
                    (now, HTTPResponse.Status.ok), (now - 86_400_000, .ok), (now + 59_000, .ok),
                    (now + 61_000, .badRequest), (now - 91_000_000, .badRequest), (0, .badRequest),
                ] {
                    let response = try await client.get("/analyze?at=\(time)")
                    #expect(response.status == status, "\(time - now)")
                }
            }
        }
    }

    @Test func aShopWhoseDirectoryIsGoneSaysSo() async throws {
        let shop = try TestShop()
        try await shop.running {
            try await shop.server().application.test(.router) { client in
                #expect(try await client.get("/readyz").status == .ok)
                try FileManager.default.removeItem(atPath: shop.directory + "/log")
                let ready = try await client.get("/readyz")
                #expect(ready.status == .serviceUnavailable)
                let reason = try ready.object["reason"] as? String
                #expect(reason?.contains("data directory") == true)
                let answer = try await client.track(
                    #"{"type":"page_view","user_id":"u","timestamp":\#(TestShop.now.millis)}"#)
                #expect(answer.status == .serviceUnavailable)
                #expect(try answer.object["detail"] as? String == reason)
                #expect(answer.headers[.retryAfter] != nil)
                #expect(try await client.get("/metrics").text.contains("storefront_ready 0"))
                #expect(try await client.get("/analyze").status == .ok)
            }
        }
    }

    /// What the operators' page says to watch is there, under that very name.
    @Test func theFiguresOfTheOperatorsPageAreThere() async throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../OPERATIONS.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let names = Set(
            text.matches(of: /\b(?:storefront|millrace|http_server)_[a-z_]+\b/).map {
                String($0.output)
            })
        #expect(names.count > 10)
        let shop = try TestShop()
        try await shop.running {
            _ = try await shop.shop.running?.checkpoint()
            try await shop.server().application.test(.router) { client in
                _ = try await client.get("/products")
                let shown = try await client.get("/metrics").text.split(separator: "\n")
                    .filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
                let families = Set(shown.map(String.init))
                #expect(names.subtracting(families) == [])
            }
        }
    }

    @Test func figuresOfEverythingAreShown() async throws {
        let shop = try TestShop()
        try await shop.running {
            try await shop.server().application.test(.router) { client in
                #expect(try await client.get("/topology").status == .ok)
                let text = try await client.get("/metrics").text
                for name in [
                    "http_server_request_duration_seconds_bucket{http_request_method=\"GET\","
                        + "http_response_status_code=\"200\",http_route=\"/topology\",le=\"+Inf\"}",
                    "storefront_events_accepted_total 0", "storefront_listeners 0",
                    "millrace_operator_received_total{operator=\"log\"} 0",
                    "millrace_operator_busy_ratio{operator=\"log\"}",
                    "millrace_checkpoint_failures_total 0", "storefront_ready 1",
                ] { #expect(text.contains(name), "\(name)") }
                let lines = text.split(separator: "\n")
                let families = lines.filter { $0.hasPrefix("# TYPE ") }
                #expect(Set(families).count == families.count)
            }
        }
    }
}
