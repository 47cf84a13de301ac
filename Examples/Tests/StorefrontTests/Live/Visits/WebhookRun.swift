import Foundation
import Millrace
import Synchronization

@testable import Storefront

/// Posts the alerts of an archive, with a clock that each pause moves on, until none is left.
final class WebhookRun: Sendable {
    private struct State {
        var posts: [Int] = []
        /// When each alert of ``posts`` that is of the last run has come.
        var times: [Timestamp] = []
        var figures = WebhookFigures()
        var hasBeenIdle = false
    }

    let configuration: ShopConfiguration
    let clock = ManualClock(at: Timestamp(millis: 1_767_614_400_000))
    private let state = Mutex(State())
    /// Between two looks at the archive.
    static let period = Duration.seconds(10)

    init() throws {
        var configuration = ShopConfiguration(data: "\(NSTemporaryDirectory())webhook-\(UUID())")
        configuration.post = { _, _ in 500 }
        self.configuration = configuration
        try FileManager.default.createDirectory(
            atPath: configuration.archivePath, withIntermediateDirectories: true)
    }

    var archive: String { "\(configuration.archivePath)/alerts.jsonl" }
    /// The numbers of the alerts that have come, of all runs.
    var posts: [Int] { state.withLock { $0.posts } }
    /// The time between the posts of the last run.
    var pauses: [Duration] {
        let times = state.withLock { $0.times }
        return zip(times, times.dropFirst()).map { $1 - $0 }
    }
    /// What the last run has counted.
    var figures: WebhookFigures { state.withLock { $0.figures } }

    func remove() { try? FileManager.default.removeItem(atPath: configuration.data) }

    /// Writes alerts of now, as the topology does.
    func write(_ numbers: [Int]) throws {
        var lines = FileManager.default.contents(atPath: archive) ?? Data()
        for number in numbers {
            var json = JSONWriter()
            json.object(
                ShopAlert(
                    alert: Alert(
                        kind: .heavyUser, start: clock.now, subject: "u\(number)",
                        value: Double(number), expected: 1)))
            lines += json.bytes + [UInt8(ascii: "\n")]
        }
        try lines.write(to: URL(filePath: archive))
    }

    /// Posts until none waits for the second time, or for the first if nothing is to be done then; or until after some
    /// failures.
    /// - Parameter whileAway: Called at each part of a pause after a failure.
    func post(
        endingAfter limit: Int = .max,
        _ answer: @escaping @Sendable (Int) async throws -> Int = { _ in 200 },
        whenIdle: (@Sendable () throws -> Void)? = nil,
        whileAway: (@Sendable () throws -> Void)? = nil
    ) async throws {
        let figures = state.withLock { state in
            state.times = []
            state.hasBeenIdle = false
            state.figures = WebhookFigures()
            return state.figures
        }
        var configuration = configuration
        configuration.post = { [self] json, _ in
            struct Posted: Decodable { var value: Double }
            let number = Int(try JSONDecoder().decode(Posted.self, from: Data(json)).value)
            state.withLock { state in
                state.posts.append(number)
                state.times.append(clock.now)
            }
            return try await answer(number)
        }
        var webhook = try AlertWebhook("http://receiver.example", configuration, figures)
        webhook.period = Self.period
        webhook.limit = 10
        webhook.time = TimeSource(sleep: { [self] pause in
            if figures.snapshot.waiting > 0 {
                if figures.snapshot.failures > limit { throw CancellationError() }
                try whileAway?()
                return clock.advance(by: pause)
            }
            let isFirst = state.withLock { state in
                defer { state.hasBeenIdle = true }
                return !state.hasBeenIdle
            }
            guard isFirst, let whenIdle else { throw CancellationError() }
            try whenIdle()
        }) { [clock] in clock.now }
        let task = Task { [webhook] in await webhook.run() }
        await task.value
    }
}
