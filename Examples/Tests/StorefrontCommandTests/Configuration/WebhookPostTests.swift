import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Storefront
import Testing

@testable import StorefrontCommand

/// Alerts that are posted to a real server.
@Suite struct WebhookPostTests {
    private let router = Router()

    private func status(of path: String, scheme: String = "http") async throws -> Int? {
        let post = try #require(Settings([]).shop.post)
        return try await Application(router: router).test(.live) { client in
            let port = try #require(client.port)
            return try await post(Array("{}".utf8), "\(scheme)://127.0.0.1:\(port)/\(path)")
        }
    }

    @Test(arguments: [
        HTTPResponse.Status.movedPermanently, .found, .seeOther, .temporaryRedirect,
    ])
    func aRedirectionIsNotFollowed(_ status: HTTPResponse.Status) async throws {
        router.post("hook") { _, _ in Response(status: status, headers: [.location: "/taken"]) }
        router.get("taken") { _, _ in HTTPResponse.Status.ok }
        router.post("taken") { _, _ in HTTPResponse.Status.ok }
        #expect(try await self.status(of: "hook") == status.code)
        #expect(try await self.status(of: "taken") == 200)
    }

    @Test func aSchemeInCapitalsIsTheSame() async throws {
        router.post("hook") { _, _ in HTTPResponse.Status.noContent }
        #expect(try await status(of: "hook", scheme: "HTTP") == 204)
    }

    @Test func nobodyThereIsSaidAtOnce() async throws {
        let post = try #require(Settings([]).shop.post)
        // Port 1 is nobody's here.
        await #expect(throws: (any Error).self) { _ = try await post([], "http://127.0.0.1:1/") }
    }
}
