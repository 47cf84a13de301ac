import Hummingbird
import Logging
import Millrace
import Storefront

/// What answers the calls of the API, and what they share.
struct ShopAPI: Sendable {
    let shop: LiveShop
    let configuration: ServerConfiguration
    let time: TimeSource
    let gate: IntakeGate
    let listeners: ListenerCount
    let figures: IntakeFigures
    let metrics: PrometheusMetrics

    init(
        _ shop: LiveShop, _ configuration: ServerConfiguration, time: TimeSource,
        metrics: PrometheusMetrics
    ) {
        self.shop = shop
        self.configuration = configuration
        self.time = time
        self.metrics = metrics
        gate = IntakeGate(limit: configuration.limits.waitingEvents)
        listeners = ListenerCount(limit: configuration.limits.listeners)
        figures = IntakeFigures(metrics)
    }

    /// Every call of the API. Each is in the API's document.
    var routes: [Route] {
        trackRoutes + visitRoutes + productRoutes + streamRoutes + operationRoutes + adminRoutes
    }

    /// What the shop knows.
    /// - Throws: ``Problem`` with status 503 while it does not know everything yet.
    var views: ShopViews {
        get throws {
            guard shop.readiness.isReady, let views = shop.views else {
                throw Problem.unavailable("the shop is getting ready; see /readyz")
            }
            return views
        }
    }
}
