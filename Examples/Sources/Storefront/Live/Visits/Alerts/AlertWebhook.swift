import Foundation
import Millrace

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Posts each alert as JSON to another system.
///
/// An alert is posted at least once, and again if there is no answer or an error of the server: three times
/// within some seconds. Whoever receives it finds repeats by the alert's `id`. A system that is away does not
/// hold the stream for long: after three alerts in a row that could not be posted, no more are for a minute, and
/// those are only in the archive; up to 32 are on their way at a time. What could not be posted is counted as
/// failed.
func post(_ alerts: DataStream<ShopAlert>, to webhook: String) {
    let retry = RetryPolicy(
        maximumAttempts: 3, totalTime: .seconds(5), firstDelay: .milliseconds(250),
        isTransient: { ($0 as? WebhookError)?.isTransient ?? !($0 is CancellationError) })
    alerts
        .asyncMap(
            concurrency: 32, ordered: false, timeout: .seconds(2), retry: retry,
            circuit: CircuitBreaker(failureCount: 3, pause: .minutes(1)), name: "alert-webhook"
        ) { alert in
            var json = JSONWriter()
            json.object(alert)
            try await post(json.bytes, to: webhook)
            return alert.id
        }
        .onError(.skipAndCount)
        .forEach(name: "alerts-posted") { _, _ in }
}

/// What a webhook has answered, if not that all is well.
struct WebhookError: Error, Equatable {
    var status: Int

    /// Whether it may go better next time.
    var isTransient: Bool { status >= 500 || status == 408 || status == 429 }
}

private func post(_ body: [UInt8], to webhook: String) async throws {
    guard let url = URL(string: webhook) else { throw WebhookError(status: 0) }
    var request = URLRequest(url: url, timeoutInterval: 5)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = Data(body)
    let (_, response) = try await URLSession.shared.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard (200..<300).contains(status) else { throw WebhookError(status: status) }
}
