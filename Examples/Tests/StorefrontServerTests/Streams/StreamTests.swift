import Foundation
import Millrace
import Testing
import Topologies

@testable import Storefront
@testable import StorefrontServer

@Suite struct StreamTests {
    private func event(_ index: Int, user: ID = "u", query: String? = nil) -> ShopEvent {
        ShopEvent(
            id: "e\(index)", .pageView, user: user, query: query,
            time: Timestamp(millis: Int64(index)))
    }

    private func listen(_ port: Int, _ query: String = "") async throws -> RawSocket {
        let socket = try RawSocket(port: port)
        await socket.send("GET /real-time-events\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
        return socket
    }

    @Test func listenersHearWhatTheyAskFor() async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.serving { port in
            let socket = try await listen(port, "?user=me&type=page_view")
            let head = await socket.receive(until: ": heartbeat")
            #expect(head.hasPrefix("HTTP/1.1 200"))
            #expect(head.lowercased().contains("content-type: text/event-stream"))
            shop.shop.feed.publish(event(1, user: "other"))
            shop.shop.feed.publish(event(2, user: "me"))
            let text = await socket.receive(until: "\n\n")
            #expect(text.contains("event: shop-event\nid: e2\ndata: {\"event_id\":\"e2\""))
            #expect(!text.contains("e1"))
        }
    }

    @Test func silenceIsFilledWithHeartbeats() async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.serving({ $0.heartbeat = .milliseconds(20) }) { port in
            let socket = try await listen(port)
            for _ in 0..<3 { #expect(await socket.receive(until: ": heartbeat") != "") }
        }
    }

    @Test func slowListenersAreToldAndCutOff() async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.serving({ $0.limits.listenerEvents = 8 }) { port in
            let socket = try await listen(port)
            _ = await socket.receive(until: ": heartbeat")
            // Published faster than anything can be sent, and large enough to fill the sockets.
            let padding = String(repeating: "x", count: 1 << 14)
            var index = 0
            while shop.shop.feed.listenerCount > 0 {
                shop.shop.feed.publish(event(index, query: padding))
                index += 1
            }
            let text = try #require(await socket.receiveAll())
            #expect(text.contains("event: dropped"))
            #expect(text.contains("\"event_id\":\"e0\""))
        }
    }

    @Test func listenersAreLimitedAndGiveTheirPlacesBack() async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.serving({ $0.limits.listeners = 1 }) { port in
            var first: RawSocket? = try await listen(port)
            _ = await first?.receive(until: ": heartbeat")
            let second = try await listen(port)
            let refusal = await second.receive(until: "}")
            #expect(refusal.contains("503"))
            #expect(refusal.lowercased().contains("retry-after: 10"))
            first = nil
            while true {
                let next = try await listen(port)
                if await next.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200") { break }
            }
        }
    }
}
