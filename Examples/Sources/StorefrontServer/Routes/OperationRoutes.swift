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
        var text = PrometheusText()
        metrics.write(to: &text)
        for (name, help, value) in [
            ("storefront_events_waiting", "Events that wait for the log.", gate.count),
            ("storefront_listeners", "Listeners to the events as they pass.", listeners.count),
            ("storefront_ready", "Whether reads are answered.", shop.readiness.isReady ? 1 : 0),
        ] {
            text.family(name, .gauge, help)
            text.sample(name, Double(value))
        }
        TopologyFigures(figures: shop.figures, now: time.now()).write(to: &text)
        return Response(
            status: .ok,
            headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.text)))
    }

    /// Whether the process answers at all.
    @Sendable
    private func health(_ request: Request, _ context: ShopContext) async throws -> Response {
        .json(Health())
    }

    /// Whether what the shop knows can be asked for.
    @Sendable
    private func readiness(_ request: Request, _ context: ShopContext) async throws -> Response {
        let readiness = shop.readiness
        return .json(
            ReadinessRecord(readiness: readiness),
            status: readiness.isReady ? .ok : .serviceUnavailable,
            headers: readiness.isReady ? [:] : [.retryAfter: "1"])
    }

    /// The API's document.
    @Sendable
    private func document(_ request: Request, _ context: ShopContext) async throws -> Response {
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

    func encode(to json: inout JSONWriter) {
        json.field("ready", readiness.isReady)
        json.field("progress", readiness.progress)
        json.field("behind", readiness.behind)
    }
}
