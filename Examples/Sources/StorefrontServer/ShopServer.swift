import Hummingbird
public import Logging
public import Storefront

/// The shop over HTTP.
public struct ShopServer: Sendable {
    let shop: LiveShop
    let logger: Logger

    public init(_ shop: LiveShop, logger: Logger) {
        self.shop = shop
        self.logger = logger
    }

    /// Serves until the task is cancelled.
    public func run() async throws {
        let router = Router()
        router.get("healthz") { _, _ in "ok" }
        try await Application(router: router, logger: logger).runService()
    }
}
