import HTTPTypes
import Metrics
import Synchronization

/// How many requests there are of each route, how they end, and how long they take.
final class RequestFigures: Sendable {
    private struct Key: Hashable {
        var route: String
        var method: String
        var status: Int
    }

    /// How many are being answered.
    let active: Meter
    private let metrics: PrometheusMetrics
    private let timers = Mutex<[Key: Timer]>([:])

    init(_ metrics: PrometheusMetrics) {
        self.metrics = metrics
        active = Meter(label: "http_server_active_requests", factory: metrics)
    }

    /// Takes note of an answer. A method or a path that is not known is not kept by its name: whoever sends
    /// them could otherwise make as many series as there are names.
    func record(
        route: String?, method: HTTPRequest.Method, status: HTTPResponse.Status, _ time: Duration
    ) {
        let key = Key(
            route: route ?? "NotFound",
            method: Self.methods.contains(method) ? method.rawValue : "other", status: status.code)
        let timer = timers.withLock { timers in
            if let timer = timers[key] { return timer }
            let timer = Timer(
                label: "http_server_request_duration",
                dimensions: [
                    ("http_route", key.route), ("http_request_method", key.method),
                    ("http_response_status_code", "\(key.status)"),
                ], factory: metrics)
            timers[key] = timer
            return timer
        }
        timer.record(duration: time)
    }

    private static let methods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options,
    ]
}
