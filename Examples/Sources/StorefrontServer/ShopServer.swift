import Hummingbird
import HummingbirdCore
public import Logging
public import Millrace
import NIOCore
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
    let api: ShopAPI
    let pages: StaticPages
    let logger: Logger
    let started: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - shop: What is served.
    ///   - configuration: Where, to whom, and within what limits.
    ///   - logger: Takes what goes wrong; at level `debug` every request. Never sees a header.
    ///   - metrics: What `/metrics` shows besides the shop's own figures.
    ///   - time: By which events are received and clients held to their rates.
    ///   - started: Told the port once requests are answered.
    public init(
        _ shop: LiveShop, configuration: ServerConfiguration = ServerConfiguration(),
        logger: Logger, metrics: PrometheusMetrics = PrometheusMetrics(),
        time: TimeSource = .system,
        started: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        api = ShopAPI(shop, configuration, time: time, metrics: metrics)
        pages = StaticPages()
        self.logger = logger
        self.started = started
    }

    /// Serves until shut down gracefully, or the task is cancelled. Requests that are being answered are
    /// answered; listeners are told that it is over.
    public func run() async throws {
        try await application.run()
    }

    /// The server as Hummingbird runs it.
    var application: some ApplicationProtocol {
        let configuration = api.configuration
        let limits = configuration.limits
        let connections = ConnectionCount(
            limit: limits.connections, refused: api.figures.refusedConnections)
        var http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuard(limits, connections)],
            idleTimeout: TimeAmount(limits.headTime))
        http.httpDecoder = .init(
            maxHeaderFieldSize: limits.headBytes, maxHeaderListSize: limits.headBytes,
            maxHeaderFieldCount: 100)
        var application = ApplicationConfiguration(
            address: .hostname(configuration.host, port: configuration.port))
        application.availableConnectionsDelegate = MaximumAvailableConnections(
            limits.connections + limits.excessConnections, logger: logger)
        return Application(
            router: router, server: .http1(configuration: http), configuration: application,
            onServerRunning: { channel in await started(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    private var router: Router<ShopContext> {
        let router = Router(context: ShopContext.self)
        let limits = api.configuration.limits
        router.add(
            middleware: EdgeMiddleware(
                rates: limits.requestsPerSecond.map {
                    ClientRates(rate: $0, burst: limits.requestBurst)
                },
                time: api.time, figures: RequestFigures(api.metrics), shop: api.shop))
        router.add(api.routes + pages.routes)
        return router
    }
}
