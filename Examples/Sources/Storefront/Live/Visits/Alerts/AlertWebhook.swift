import Foundation
import Millrace

/// Posts each alert as JSON to another system, without ever holding the stream.
///
/// Alerts wait in a queue of their own; of more than 1,000 the oldest are left out. Each is posted up to three
/// times within some seconds; whoever gets it twice finds that by its `id`. After three alerts in a row that
/// could not be posted, those of the next minute are left out as well. What is left out, or under way in a
/// crash, is in the archive.
struct AlertWebhook: Sink {
    typealias Element = ShopAlert
    private let post: @Sendable ([UInt8]) async throws -> Int
    private let pause: Duration

    /// - Parameter post: Posts JSON to an address, and gives the status of the answer.
    /// - Throws: ``StreamError`` with code `invalidTopology` if it is no address, or nothing can be posted.
    init(
        _ address: String, by post: (@Sendable ([UInt8], String) async throws -> Int)?,
        pause: Duration = .minutes(1)
    ) throws {
        guard let url = URL(string: address), url.scheme?.hasPrefix("http") == true else {
            throw StreamError(.invalidTopology, "the webhook's address is none of HTTP")
        }
        guard let post else {
            throw StreamError(.invalidTopology, "a webhook needs ShopConfiguration.post")
        }
        self.post = { try await post($0, address) }
        self.pause = pause
    }

    var label: String { "webhook" }

    func writer(for instance: SinkInstance) -> Writer {
        Writer(Poster(by: post, pause: pause, time: instance.time))
    }

    struct Writer: SinkWriter {
        typealias Element = ShopAlert
        private let poster: Poster

        fileprivate init(_ poster: Poster) { self.poster = poster }

        mutating func write(_ batch: inout Batch<ShopAlert>) {
            for alert in batch.elements { poster.take(alert) }
        }

        mutating func close() async throws { await poster.finish() }
    }
}

/// Posts alerts one after the other, until it is let go.
private final class Poster: Sendable {
    private let queue: AsyncStream<ShopAlert>.Continuation
    private let task: Task<Void, Never>

    init(
        by post: @escaping @Sendable ([UInt8]) async throws -> Int, pause: Duration,
        time: TimeSource
    ) {
        let (alerts, queue) = AsyncStream.makeStream(
            of: ShopAlert.self, bufferingPolicy: .bufferingNewest(1000))
        self.queue = queue
        task = Task {
            var (failures, silentUntil) = (0, Timestamp.none)
            for await alert in alerts where time.now() >= silentUntil {
                let isPosted = await Self.post(alert, by: post, time)
                failures = isPosted ? 0 : failures + 1
                if failures >= 3 { silentUntil = time.now() + pause }
            }
        }
    }

    deinit { task.cancel() }

    func take(_ alert: ShopAlert) { queue.yield(alert) }

    /// Posts what is left.
    func finish() async {
        queue.finish()
        await task.value
    }

    private static func post(
        _ alert: ShopAlert, by post: @Sendable ([UInt8]) async throws -> Int, _ time: TimeSource
    ) async -> Bool {
        var json = JSONWriter()
        json.object(alert)
        for attempt in 1...3 {
            // No answer is like one that says to come back.
            let status = (try? await post(json.bytes)) ?? 503
            if (200..<300).contains(status) { return true }
            // What was not understood will not be understood later.
            guard status >= 500 || status == 408 || status == 429, attempt < 3 else { return false }
            do { try await time.sleep(for: .milliseconds(250 * attempt)) } catch { return false }
        }
        return false
    }
}
