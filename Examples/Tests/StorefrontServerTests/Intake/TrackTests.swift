import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Millrace
import Storefront
import Testing
import Topologies

@testable import StorefrontServer

@Suite struct TrackTests {
    private let view =
        #"{"type":"view","user_id":"u1","product_id":"p1","timestamp":1767225600000}"#

    private func answered(
        _ json: String, headers: HTTPFields = [:],
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        _ check: @Sendable (TestResponse) throws -> Void
    ) async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.server(configure).application.test(.router) { client in
            try check(try await client.track(json, headers: headers))
        }
    }

    @Test func takesOneEvent() async throws {
        try await answered(view) { response in
            #expect(response.status == .accepted)
            let object = try response.object
            #expect(object["accepted"] as? Int == 1)
            let result = try #require((object["results"] as? [[String: Any]])?.first)
            #expect(result["status"] as? String == "accepted")
            #expect((result["event_id"] as? String)?.isEmpty == false)
            #expect(result["timestamp"] == nil)
        }
    }

    @Test func keepsWhatIsValidAndSaysWhatIsNot() async throws {
        let events =
            #"[\#(view),{"type":"view","user_id":"u1"},7,{"type":"jump","timestamp":1767225600000}]"#
        try await answered(events) { response in
            #expect(response.status == .accepted)
            let object = try response.object
            #expect(object["accepted"] as? Int == 1)
            #expect(object["rejected"] as? Int == 3)
            let results = try #require(object["results"] as? [[String: Any]])
            #expect(results.map { $0["index"] as? Int } == [0, 1, 2, 3])
            let fields = results.map {
                ($0["errors"] as? [[String: Any]] ?? []).map { $0["field"] as? String }
            }
            #expect(fields == [[], ["timestamp", "product_id"], [""], ["type", "user_id"]])
        }
    }

    @Test func answers422WhereNothingIsValid() async throws {
        try await answered(#"[{"type":"view"}]"#) { response in
            #expect(response.status == .unprocessableContent)
            #expect(response.headers[.contentType] == "application/problem+json")
            let object = try response.object
            #expect(object["status"] as? Int == 422)
            #expect((object["results"] as? [Any])?.count == 1)
        }
    }

    @Test func refusesTheFutureAndSetsClocksThatAreAhead() async throws {
        let now = TestShop.now.millis
        func event(_ time: Int64) -> String {
            #"{"type":"page_view","user_id":"u","timestamp":\#(time)}"#
        }
        let old = event(1_000_000)
        try await answered(
            "[\(event(now + 300_000)),\(event(now + 300_001)),\(event(now - 5)),\(old)]"
        ) {
            let object = try $0.object
            let results = try #require(object["results"] as? [[String: Any]])
            #expect(results[0]["timestamp"] as? Int64 == now)
            #expect(results[1]["status"] as? String == "invalid")
            #expect(results[2]["timestamp"] == nil)
            #expect(results[2]["status"] as? String == "accepted")
            #expect(results[3]["status"] as? String == "invalid")
        }
    }

    @Test func refusesWhatTheShopWritesItself() async throws {
        let event =
            #"{"type":"forget_product","user_id":"u","product_id":"p","timestamp":1767225600000}"#
        try await answered(event) { response in
            #expect(response.status == .unprocessableContent)
            #expect(response.text.contains(#""field":"type""#))
        }
    }

    @Test func refusesKeysThatAreTooLong() async throws {
        let user = String(repeating: "u", count: 257)
        try await answered(#"{"type":"page_view","user_id":"\#(user)","timestamp":1767225600000}"#)
        {
            #expect($0.status == .unprocessableContent)
            #expect($0.text.contains("user_id"))
        }
    }

    @Test(arguments: [
        "", "{", "[", "[1,]", "{} {}", "[]x", "nul", "\u{0}", #"{"a":"\u{1}"}"#,
        String(repeating: "[", count: 100_000), #"{"type":"view""#,
    ])
    func refusesWhatIsNotJSON(_ body: String) async throws {
        try await answered(body) { response in
            #expect(response.status == .badRequest, "\(body.prefix(20))")
            #expect(response.headers[.contentType] == "application/problem+json")
        }
    }

    @Test func refusesBytesThatAreNotUTF8() async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.server().application.test(.router) { client in
            let response = try await client.execute(
                uri: "/track", method: .post, headers: [.contentType: "application/json"],
                body: ByteBuffer(bytes: Array(#"{"user_id":""#.utf8) + [0xC3, 0x28, 0x22, 0x7D]))
            #expect(response.status == .badRequest)
        }
    }

    @Test func boundsWhatOneRequestHolds() async throws {
        let events = Array(repeating: view, count: 1_001).joined(separator: ",")
        try await answered("[\(events)]") { #expect($0.status == .contentTooLarge) }
        let spaces = String(repeating: " ", count: 1 << 20)
        try await answered(view + spaces) { response in
            #expect(response.status == .contentTooLarge)
            #expect(response.headers[.connection] == "close")
        }
    }

    @Test func demandsJSON() async throws {
        for type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
            try await answered(view, headers: [.contentType: type]) {
                #expect($0.status == .unsupportedMediaType)
            }
        }
        for type in ["application/json; charset=utf-8", "Application/JSON", "application/x+json"] {
            try await answered(view, headers: [.contentType: type]) {
                #expect($0.status == .accepted)
            }
        }
    }

    @Test func demandsItsToken() async throws {
        let given: [(String?, HTTPResponse.Status)] = [
            (nil, .unauthorized), ("Bearer no", .unauthorized), ("Bearer secre", .unauthorized),
            ("Basic secret", .unauthorized), ("Bearer secret", .accepted),
            ("bearer secret", .accepted),
        ]
        for (header, status) in given {
            var headers: HTTPFields = [:]
            headers[.authorization] = header
            try await answered(view, headers: headers, { $0.trackToken = "secret" }) { response in
                #expect(response.status == status)
                #expect((response.headers[.wwwAuthenticate] != nil) == (status == .unauthorized))
                #expect(!response.text.contains("secret"))
            }
        }
    }

    @Test func forgettingDemandsItAsWell() async throws {
        let shop = try TestShop()
        try await shop.running {
            try await shop.server { $0.trackToken = "secret" }.application.test(.router) { client in
                let path = "/users/u/history/p"
                #expect(
                    try await client.execute(uri: path, method: .delete).status == .unauthorized)
                let allowed = try await client.execute(
                    uri: path, method: .delete, headers: [.authorization: "Bearer secret"])
                #expect(allowed.status == .ok)
            }
        }
    }

    @Test func refusesPagesOfOtherSites() async throws {
        let name = try #require(HTTPField.Name("Sec-Fetch-Site"))
        try await answered(view, headers: [name: "cross-site"]) {
            #expect($0.status == .forbidden)
        }
        try await answered(view, headers: [name: "same-origin"]) {
            #expect($0.status == .accepted)
        }
    }

    @Test func saysBusyBeforeTooMuchWaits() async throws {
        try await answered("[\(view),\(view)]", { $0.limits.waitingEvents = 1 }) { response in
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "1")
        }
    }

    @Test func whatIsAcceptedIsInTheResultsOnce() async throws {
        let shop = try TestShop()
        try await shop.running {
            try await shop.server().application.test(.router) { client in
                let repeated =
                    #"{"event_id":"e1","type":"page_view","user_id":"u","timestamp":1767225600000}"#
                try await withThrowingDiscardingTaskGroup { group in
                    for index in 0..<50 {
                        group.addTask {
                            let path = index % 2 == 0 ? "/track" : "/api/track"
                            let response = try await client.track(
                                index < 2
                                    ? repeated
                                    : #"{"type":"page_view","user_id":"u","timestamp":\#(1_767_225_500_000 + index)}"#,
                                to: path)
                            #expect(response.status == .accepted)
                        }
                    }
                }
                try await shop.shop.settle()
                let events = try await client.get("/analyze").object["events"]
                #expect((events as? [String: Any])?["total"] as? Int == 49)
            }
        }
    }

    /// Also what is well-formed and may not come from outside.
    @Test func whatIsRefusedIsADeadLetterWithItsReasons() async throws {
        let now = TestShop.now.millis
        let long = String(repeating: "u", count: 257)
        let sent = [
            #"{"type":"page_view","user_id":"\#(long)","timestamp":\#(now)}"#,
            #"{"type":"page_view","user_id":"u","timestamp":\#(now + 300_001)}"#,
            #"{"type":"forget_product","user_id":"u","product_id":"p","timestamp":\#(now)}"#,
            #"{"type":"view","user_id":"u"}"#,
            "7",
        ]
        let shop = try TestShop()
        try await shop.running {
            try await shop.server().application.test(.router) { client in
                _ = try await client.track("[\(sent.joined(separator: ","))]")
                try await shop.shop.settle()
                let found = try await client.get("/dead-letters?reason=invalid").object
                let letters = try #require(found["letters"] as? [[String: Any]])
                #expect(letters.map { $0["input"] as? String } == sent.reversed())
                let fields = letters.map {
                    ($0["errors"] as? [[String: Any]] ?? []).map { $0["field"] as? String }
                }
                let expected = [["user_id"], ["timestamp"], ["type"], ["timestamp", "product_id"]]
                #expect(fields == [[""]] + expected.reversed())
                let events = try await client.get("/analyze").object["events"]
                #expect((events as? [String: Any])?["total"] as? Int == 0)
            }
        }
    }
}
