import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Millrace
import NIOCore
import Storefront
import Testing
import Topologies

@testable import StorefrontServer

/// A shop in a directory of its own, whose clock stands still.
struct TestShop {
    let shop: LiveShop
    let directory: String
    /// The time at which every request comes in.
    static let now = Timestamp(millis: 1_767_225_600_000)

    init() throws {
        directory = NSTemporaryDirectory() + "storefront-server-\(UUID().uuidString)"
        shop = try LiveShop(ShopConfiguration(data: directory))
        shop.catalogue.replace(with: [
            CatalogueProduct(
                id: "p1", title: "Red lamp", category: "lamps", price: Money(thousandths: 19_990)),
            CatalogueProduct(id: "p2", title: "Blue lamp", category: "lamps"),
        ])
    }

    func server(
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        started: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> ShopServer {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configure(&configuration)
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return ShopServer(
            shop, configuration: configuration, logger: logger,
            time: TimeSource { Self.now }, started: started)
    }

    /// Runs the topologies beside `body`, which begins when the shop is ready.
    func running<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        defer { remove() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { [shop] in
                do { try await shop.run() } catch is CancellationError {}
                return nil
            }
            group.addTask { [shop] in
                while !shop.readiness.isReady {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                return try await body()
            }
            // A shop that does not even start ends the wait for it.
            let first = try await group.next()
            group.cancelAll()
            return try #require(first ?? nil, "the shop ended by itself")
        }
    }

    func remove() {
        do { try FileManager.default.removeItem(atPath: directory) } catch {}
    }

    /// Serves on a free port beside `body`, which is told the port.
    func serving<Value: Sendable>(
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        let server = server(configure) { started.yield($0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await server.run() } catch is CancellationError {}
            }
            for await port in ports {
                let value = try await body(port)
                group.cancelAll()
                return value
            }
            throw CancellationError()
        }
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    /// The body as JSON.
    var json: Any {
        get throws {
            try JSONSerialization.jsonObject(
                with: Data(body.readableBytesView), options: [.fragmentsAllowed])
        }
    }

    var object: [String: Any] { get throws { try json as? [String: Any] ?? [:] } }
}

extension TestClientProtocol {
    /// Sends JSON to `/track`.
    func track(
        _ json: String, to path: String = "/track", headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await execute(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: json))
    }

    func get(_ uri: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await execute(uri: uri, method: .get, headers: headers)
    }
}
