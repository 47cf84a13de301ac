import Foundation
import HTTPTypes
import Hummingbird
import Millrace
import NIOCore
import Storefront

extension ShopAPI {
    /// What whoever runs the shop asks.
    var operationRoutes: [Route] {
        [
            Route(.get, "/topology", topology), Route(.get, "/metrics", scrape),
            Route(.get, "/healthz", health), Route(.get, "/readyz", readiness),
            Route(.get, "/openapi.json", document),
        ]
    }

    @Sendable
    private func topology(_ request: Request, _ context: ShopContext) async throws -> Response {
        _ = try Query(request, known: [])
        guard let snapshot = shop.figures.snapshot else {
            throw Problem.unavailable("the topology has not run for a second yet")
        }
        return .json(
            TopologyRecord(
                snapshot: snapshot, checkpoint: shop.figures.checkpoint,
                failures: shop.figures.checkpointFailures, now: time.now()))
    }

    @Sendable
    private func scrape(_ request: Request, _ context: ShopContext) async throws -> Response {
        _ = try Query(request, known: [])
        var text = PrometheusText()
        metrics.write(to: &text)
        for (name, help, value) in [
            ("storefront_events_waiting", "Events that wait for the log.", gate.count),
            ("storefront_listeners", "Listeners to the events as they pass.", listeners.count),
            (
                "storefront_ready", "Whether the shop is ready, as /readyz says.",
                shop.readiness.isReady && shop.dataFailure == nil ? 1 : 0
            ),
        ] {
            text.family(name, .gauge, help)
            text.sample(name, Double(value))
        }
        text.family(
            "storefront_log_records_lost_total", .counter, "Missing records that were left out.")
        text.sample(
            "storefront_log_records_lost_total",
            Double(shop.figures.gaps.reduce(0) { $0 + $1.offsets.count }))
        write(shop.figures.webhook.snapshot, to: &text)
        TopologyFigures(figures: shop.figures, now: time.now()).write(to: &text)
        return Response(
            status: .ok,
            headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.text)))
    }

    private func write(_ webhook: WebhookFigures.Snapshot, to text: inout PrometheusText) {
        for (name, help, value) in [
            ("posted", "Alerts that the receiver has taken.", webhook.posted),
            ("refused", "Alerts that the receiver has refused for good.", webhook.refused),
            ("expired", "Alerts given up as too old or too many.", webhook.expired),
            ("failures", "Attempts that failed and are made again.", webhook.failures),
        ] {
            text.family("storefront_webhook_\(name)_total", .counter, help)
            text.sample("storefront_webhook_\(name)_total", Double(value))
        }
        text.family("storefront_webhook_waiting", .gauge, "Alerts that wait to be posted.")
        text.sample("storefront_webhook_waiting", Double(webhook.waiting))
    }

    /// Whether the process answers at all. As for readiness, a query is of no interest: what probes add to
    /// the path must not make the server look ill.
    @Sendable
    private func health(_ request: Request, _ context: ShopContext) async throws -> Response {
        .json(Health())
    }

    /// Whether what the shop knows can be asked for.
    @Sendable
    private func readiness(_ request: Request, _ context: ShopContext) async throws -> Response {
        let record = ReadinessRecord(
            readiness: shop.readiness, trouble: shop.logFailure.map { LogTrouble($0) })
        return .json(
            record, status: record.isReady ? .ok : .serviceUnavailable,
            headers: record.isReady ? [:] : [.retryAfter: "1"])
    }

    /// The API's document.
    @Sendable
    private func document(_ request: Request, _ context: ShopContext) async throws -> Response {
        _ = try Query(request, known: [])
        guard let url = Bundle.module.url(forResource: "OpenAPI/openapi", withExtension: "json"),
            let data = FileManager.default.contents(atPath: url.path)
        else { throw Problem.notFound("the API's document is not in this build") }
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}

private struct Health: JSONEncodableRecord {
    func encode(to json: inout JSONWriter) { json.field("status", "ok") }
}

/// How far a start has come.
private struct ReadinessRecord: JSONEncodableRecord {
    var readiness: Readiness
    /// Why no event can be taken in.
    var trouble: LogTrouble?

    /// With a full disk the shop still answers; without its directory what it does is for nothing.
    var isReady: Bool { readiness.isReady && trouble != .directoryGone }

    func encode(to json: inout JSONWriter) {
        json.field("ready", isReady)
        json.field("progress", readiness.progress)
        json.field("behind", readiness.behind)
        if let trouble { json.field("reason", trouble.text) }
    }
}
