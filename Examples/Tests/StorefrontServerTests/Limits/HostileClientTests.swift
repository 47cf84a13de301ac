import Foundation
import Millrace
import Storefront
import Testing

@testable import StorefrontServer

/// What clients of bad will send is answered or cut off, and the server goes on.
@Suite(.serialized) struct HostileClientTests {
    private let post = "POST /track HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    private let event = #"{"type":"page_view","user_id":"u","timestamp":1767225600000}"#

    private func attacking(
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: @Sendable (RawSocket) async throws -> Void
    ) async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.serving({
            $0.limits.headTime = .milliseconds(900)
            $0.limits.bodyTime = .milliseconds(300)
            $0.limits.writeTime = .milliseconds(300)
            configure(&$0)
        }) { port in
            try await body(try RawSocket(port: port))
            let next = try RawSocket(port: port)
            await next.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await next.receive(until: "}").hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func aHeadThatDoesNotEndIsCutOff() async throws {
        try await attacking { socket in
            await socket.send("GET / HTTP/1.1\r\nHost: a\r\nX-")
            #expect(await socket.receiveAll() == "")
        }
    }

    @Test func aConnectionThatSaysNothingIsClosed() async throws {
        try await attacking { #expect(await $0.receiveAll() == "") }
    }

    @Test func aBodyThatDoesNotEndIsAnswered408() async throws {
        try await attacking { socket in
            await socket.send(post + "Content-Length: 100\r\n\r\n{")
            let answer = try #require(await socket.receiveAll())
            #expect(answer.hasPrefix("HTTP/1.1 408"))
            #expect(answer.lowercased().contains("connection: close"))
        }
    }

    @Test func aBodyThatTricklesIsAnswered408() async throws {
        try await attacking { socket in
            await socket.send(post + "Content-Length: 100000000\r\n\r\n")
            // Each piece comes well before the time is over; together they are too slow. Ends when the server
            // has cut off, or with the test if it does not.
            async let _: Void = {
                while !Task.isCancelled, await socket.send(" ") { await Task.yield() }
            }()
            let answer = try #require(await socket.receiveAll())
            #expect(answer.hasPrefix("HTTP/1.1 408"))
        }
    }

    /// For bodies that take a busy machine a while to send.
    private func patiently(_ configuration: inout ServerConfiguration) {
        configuration.limits.headTime = .seconds(60)
        configuration.limits.bodyTime = .seconds(50)
    }

    @Test func aBodyThatIsTooLargeIsAnswered413() async throws {
        try await attacking(patiently) { socket in
            let body = String(repeating: "x", count: 1 << 20)
            await socket.send(post + "Content-Length: 3000000\r\n\r\n" + body + "y")
            let answer = try #require(await socket.receiveAll())
            #expect(answer.hasPrefix("HTTP/1.1 413"))
        }
        try await attacking(patiently) { socket in
            await socket.send(post + "Transfer-Encoding: chunked\r\n\r\n")
            let chunk = "10000\r\n" + String(repeating: "x", count: 0x10000) + "\r\n"
            for _ in 0..<17 { await socket.send(chunk) }
            let answer = try #require(await socket.receiveAll())
            #expect(answer.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func aHalfClosedConnectionIsStillAnswered() async throws {
        try await attacking { socket in
            await socket.send(post + "Content-Length: \(event.utf8.count)\r\n\r\n" + event)
            socket.finishSending()
            let answer = try #require(await socket.receiveAll())
            #expect(answer.hasPrefix("HTTP/1.1 202"))
        }
    }

    @Test func aConnectionThatEndsInsideABodyAppendsNothing() async throws {
        try await attacking { socket in
            await socket.send(post + "Content-Length: 1000\r\n\r\n" + event)
            socket.finishSending()
            let answer = try #require(await socket.receiveAll())
            #expect(!answer.contains("202"))
        }
    }

    @Test func hugeHeadsAreRefused() async throws {
        for head in [
            "X: " + String(repeating: "x", count: 200_000),
            String(repeating: "A: b\r\n", count: 5_000),
        ] {
            try await attacking { socket in
                await socket.send("GET / HTTP/1.1\r\nHost: a\r\n\(head)\r\n\r\n")
                let answer = try #require(await socket.receiveAll())
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(60))")
            }
        }
    }

    @Test func enormousQueriesAreRefused() async throws {
        try await attacking { socket in
            let query = String(repeating: "a=b&", count: 50_000)
            await socket.send("GET /products?\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try #require(await socket.receiveAll())
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(60))")
        }
    }

    @Test(arguments: [
        "\u{16}\u{3}\u{1}\u{2}", "\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /track HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        "POST /track HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ])
    func garbageIsRefusedOrCutOff(_ bytes: String) async throws {
        try await attacking { socket in
            await socket.send(bytes)
            let answer = try #require(await socket.receiveAll())
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(60))")
        }
    }

    @Test func garbageBehindARequestDoesNotSpoilIt() async throws {
        try await attacking { socket in
            let request = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
            await socket.send(request + request + "\u{1}\u{2}garbage\r\n\r\n")
            let answer = try #require(await socket.receiveAll())
            #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 3)
        }
    }

    @Test func whoDoesNotReadIsCutOff() async throws {
        try await attacking { socket in
            let request = "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"
            // Far more than the sockets hold: the server stops writing, waits, and closes.
            let requests = String(repeating: request, count: 400)
            while await socket.send(requests) {}
        }
    }

    @Test func connectionsBeyondTheLimitAreToldSoAndProbesAreAnswered() async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.serving({
            $0.limits.connections = 2
            $0.limits.excessTime = .milliseconds(300)
        }) { port in
            // Answered, so that they are known to be counted.
            let held = [try RawSocket(port: port), try RawSocket(port: port)]
            for socket in held {
                await socket.send("GET /products HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(await socket.receive(until: "}").hasPrefix("HTTP/1.1 200"))
            }
            let turnedAway = try RawSocket(port: port)
            await turnedAway.send("GET /products HTTP/1.1\r\nHost: a\r\n\r\n")
            let refusal = try #require(await turnedAway.receiveAll())
            #expect(refusal.hasPrefix("HTTP/1.1 503"))
            #expect(refusal.lowercased().contains("retry-after: 5\r\n"))
            #expect(refusal.contains(#""status":503"#))
            for path in ["/healthz", "/readyz?probe=1"] {
                let probe = try RawSocket(port: port)
                await probe.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try #require(await probe.receiveAll())
                let status = path == "/healthz" ? 200 : 503
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
                #expect(answer.lowercased().contains("connection: close"))
                #expect(answer.contains(path == "/healthz" ? "ok" : #""ready":false"#))
            }
            // One that says nothing keeps its place only for a moment.
            #expect(await (try RawSocket(port: port)).receiveAll() == "")
            await held[0].send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let figures = try #require(await held[0].receiveAll())
            #expect(figures.contains("storefront_connections_refused_total 1\n"))
        }
    }

    @Test func unansweredExpectationsAreMet() async throws {
        try await attacking { socket in
            await socket.send(
                post + "Expect: 100-continue\r\nContent-Length: \(event.utf8.count)\r\n\r\n")
            #expect(await socket.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
            await socket.send(event)
            #expect(await socket.receive(until: "}").hasPrefix("HTTP/1.1 202"))
        }
    }
}
