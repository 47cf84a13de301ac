import Metrics

/// What is counted where clients come in.
struct IntakeFigures: Sendable {
    let accepted: Counter
    let rejected: Counter
    let failedAppends: Counter
    /// From handing events to the log until they are durable.
    let appendTime: Timer
    let droppedListeners: Counter
    let refusedConnections: Counter

    init(_ metrics: PrometheusMetrics) {
        accepted = Counter(label: "storefront_events_accepted", factory: metrics)
        rejected = Counter(label: "storefront_events_rejected", factory: metrics)
        failedAppends = Counter(label: "storefront_log_append_failures", factory: metrics)
        appendTime = Timer(label: "storefront_log_append", factory: metrics)
        refusedConnections = Counter(
            label: "storefront_connections_refused", factory: metrics)
        droppedListeners = Counter(label: "storefront_listeners_dropped", factory: metrics)
    }
}
