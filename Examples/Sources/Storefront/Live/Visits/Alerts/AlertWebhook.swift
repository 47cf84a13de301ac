import Foundation
import Millrace

/// Posts each alert of the archive to another system, one after the other, at least once.
///
/// The archive has an alert once the checkpoint behind it is complete. How far it has been posted is written down
/// after each alert that the receiver takes, so that a crash loses none; the one that was under way comes again,
/// with the same `id`. While the receiver is away the alerts wait in the archive, and the oldest of them is tried
/// again with growing pauses. Alerts are given up, and counted, when the receiver refuses them for good (a status
/// of 400 to 499 other than 408 and 429), when they are older than ``patience`` or cannot be understood, and when more
/// than ``limit`` wait.
/// They stay in the archive.
struct AlertWebhook: Sendable {
    /// How far the archive has been posted.
    private struct Place: Codable {
        var offset: UInt64
    }

    /// Posts JSON, and gives the status of the answer.
    let post: @Sendable ([UInt8]) async throws -> Int
    /// The alerts as JSON Lines.
    let archive: String
    /// Where it is written down how far they have been posted.
    let place: String
    let figures: WebhookFigures
    var time = TimeSource.system
    /// How old, by its own time, an alert may become.
    var patience = Duration.days(1)
    /// How many may wait.
    var limit = 10_000
    /// How often the archive is looked at.
    var period = Duration.seconds(1)
    /// The first pause before an alert is posted again; each further one is twice as long.
    var firstPause = Duration.seconds(1)
    var longestPause = Duration.minutes(1)

    /// - Throws: ``StreamError`` with code `invalidTopology` if the address is none, or nothing can be posted.
    init(_ address: String, _ configuration: ShopConfiguration, _ figures: WebhookFigures) throws {
        do { _ = try WebhookAddress(address) } catch {
            throw StreamError(.invalidTopology, "the webhook's address \(error)")
        }
        guard let post = configuration.post else {
            throw StreamError(.invalidTopology, "a webhook needs ShopConfiguration.post")
        }
        self.post = { try await post($0, address) }
        archive = "\(configuration.archivePath)/alerts.jsonl"
        place = "\(configuration.data)/feeds/webhook.json"
        self.figures = figures
    }

    /// Posts alerts until the task is cancelled.
    func run() async {
        var state = Progress(pause: firstPause)
        while !Task.isCancelled {
            do {
                if let pause = try await step(&state) { try await rest(pause, &state) }
            } catch is CancellationError { return } catch {
                // Such as a data directory that is gone: whoever watches the log says what is the matter.
                figures.note(trouble: "'\(archive)' or '\(place)' cannot be read: \(error)")
                do { try await time.sleep(for: period) } catch { return }
            }
        }
    }

    /// Waits, and counts meanwhile how many alerts do: a pause may be long.
    private func rest(_ pause: Duration, _ state: inout Progress) async throws {
        var left = pause
        while true {
            try await time.sleep(for: min(left, period))
            left -= period
            if left <= .zero { return }
            try state.lines?.look()
            figures.note(waiting: state.lines?.count ?? 0)
        }
    }

    private struct Progress {
        /// `nil` before the first look.
        var lines: ArchivedLines?
        var pause: Duration
        /// Whether the place has changed since it was written down.
        var isUnsaved = false
    }

    /// Deals with the next alert.
    /// - Returns: How long to wait then, if there is a reason to.
    private func step(_ state: inout Progress) async throws -> Duration? {
        var lines = try state.lines ?? begin(&state)
        defer { state.lines = lines }
        // Also while the receiver is away: without a place, those who wait would be forgotten in a crash.
        if state.isUnsaved { save(lines.offset, &state) }
        try lines.look()
        figures.note(waiting: lines.count)
        guard let line = try lines.first() else { return period }
        let alert = try? JSONDecoder().decode(WaitingAlert.self, from: line)
        if lines.count > limit || isTooOld(alert) {
            figures.noteExpired()
            state.pause = firstPause
            lines.removeFirst()
            state.isUnsaved = true
            return nil
        }
        let answer = try await answer(to: line)
        switch answer {
        case .taken: figures.notePosted()
        case .refused(let status): figures.noteRefused(alert?.id ?? "", status: status)
        case .failed(let reason):
            figures.note(trouble: reason)
            defer { state.pause = min(state.pause * 2, longestPause) }
            return state.pause
        }
        state.pause = firstPause
        lines.removeFirst()
        save(lines.offset, &state)
        return nil
    }

    /// A line that is no alert is not worth waiting for.
    private func isTooOld(_ alert: WaitingAlert?) -> Bool {
        alert.map { time.now() - Timestamp(millis: $0.start) > patience } ?? true
    }

    private enum Answer {
        case taken
        case refused(Int)
        case failed(String)
    }

    private func answer(to line: Data) async throws -> Answer {
        let status: Int
        do { status = try await post(Array(line)) } catch {
            try Task.checkCancellation()
            return .failed("there was no answer: \(error)")
        }
        switch status {
        case 200..<300: return .taken
        case 408, 429: return .failed("the status was \(status)")
        case 400..<500: return .refused(status)
        default: return .failed("the status was \(status)")
        }
    }

    // MARK: - Place

    /// Goes on where posting was. What was in the archive before a webhook was there is not posted.
    private func begin(_ state: inout Progress) throws -> ArchivedLines {
        guard FileManager.default.fileExists(atPath: place) else {
            let lines = try ArchivedLines(archive, from: nil)
            save(lines.offset, &state)
            return lines
        }
        let content = try Data(contentsOf: URL(filePath: place))
        let saved = try? JSONDecoder().decode(Place.self, from: content).offset
        // One that cannot be understood is as one that says nothing: better twice than never.
        let lines = try ArchivedLines(archive, from: saved ?? 0)
        if let saved {
            if saved > 0, lines.offset == 0 {
                figures.note(
                    lostPlace: "'\(place)' says byte \(saved), where '\(archive)' has no alert")
            }
        } else {
            figures.note(lostPlace: "'\(place)' is damaged; \(keepAside(content))")
        }
        save(lines.offset, &state)
        return lines
    }

    /// Keeps a damaged place under another name, for whoever wants to know what has happened to it.
    /// - Returns: What to say of that.
    private func keepAside(_ content: Data) -> String {
        let path = "\(place).damaged"
        do { try content.write(to: URL(filePath: path), options: .atomic) } catch {
            return "it cannot be kept as '\(path)': \(error.localizedDescription)"
        }
        return "it is kept as '\(path)'"
    }

    /// Writes down how far posting is. If that fails, posting goes on, and more comes twice after a crash.
    private func save(_ offset: UInt64, _ state: inout Progress) {
        do {
            let file = URL(filePath: place)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try JSONEncoder().encode(Place(offset: offset)).write(to: file, options: .atomic)
            state.isUnsaved = false
            figures.note(placeTrouble: nil)
        } catch {
            state.isUnsaved = true
            figures.note(
                placeTrouble: "'\(place)' cannot be written: \(error.localizedDescription)")
        }
    }
}

/// What has to be known of an alert that waits.
private struct WaitingAlert: Decodable {
    var id: String
    /// Milliseconds since 1970.
    var start: Int64
}
