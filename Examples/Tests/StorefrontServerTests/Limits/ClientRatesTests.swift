import Hummingbird
import HummingbirdTesting
import Millrace
import Testing

@testable import StorefrontServer

@Suite struct ClientRatesTests {
    private let start = Timestamp(millis: 1_000_000)

    @Test func aBurstIsSpentAndComesBack() {
        let rates = ClientRates(rate: 10, burst: 3)
        for _ in 0..<3 { #expect(rates.take(for: "a", at: start) == nil) }
        #expect(rates.take(for: "a", at: start) == .milliseconds(100))
        #expect(rates.take(for: "b", at: start) == nil)
        #expect(rates.take(for: "a", at: start + .milliseconds(100)) == nil)
        #expect(rates.take(for: "a", at: start + .milliseconds(150)) == .milliseconds(50))
        for _ in 0..<3 { #expect(rates.take(for: "a", at: start + .seconds(60)) == nil) }
        #expect(rates.take(for: "a", at: start + .seconds(60)) != nil)
    }

    @Test func aClockThatGoesBackTakesNothingAway() {
        let rates = ClientRates(rate: 1, burst: 2)
        #expect(rates.take(for: "a", at: start) == nil)
        #expect(rates.take(for: "a", at: start - .seconds(100)) == nil)
        #expect(rates.take(for: "a", at: start - .seconds(100)) == .seconds(1))
    }

    @Test func rememberingIsBounded() {
        let rates = ClientRates(rate: 1, burst: 2)
        #expect(rates.take(for: "busy", at: start) == nil)
        #expect(rates.take(for: "busy", at: start) == nil)
        for client in 0..<3 * ClientRates.clientLimit {
            #expect(rates.take(for: "\(client)", at: start + .milliseconds(Int64(client))) == nil)
        }
    }

    @Test func whoSendsTooMuchIsToldWhenToComeBack() async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        let server = shop.server {
            $0.limits.requestsPerSecond = 0.25
            $0.limits.requestBurst = 2
        }
        try await server.application.test(.router) { client in
            for _ in 0..<2 { #expect(try await client.get("/categories").status == .ok) }
            let response = try await client.get("/categories")
            #expect(response.status == .tooManyRequests)
            #expect(response.headers[.retryAfter] == "4")
            #expect(try response.object["status"] as? Int == 429)
            #expect(try await client.get("/healthz").status == .ok)
        }
    }
}
