import Logging
import Millrace
import ServiceLifecycle
import Storefront

/// Hands events to the shop for a feed, again and again while the log cannot be written.
struct FeedIntake: Sendable {
    let shop: LiveShop
    let logger: Logger

    /// What came in as JSON: an event, or what was refused.
    ///
    /// The same rules as for events that come over HTTP: every field is checked, and every limit.
    static func decode(_ json: [UInt8], now: Timestamp) -> Decoded {
        let text = String(decoding: json, as: UTF8.self)
        do {
            var decoder = JSONLinesDecoder<ShopEvent>()
            guard let event = try json.withUnsafeBufferPointer({ try decoder.decode($0) }) else {
                return .refused(RefusedInput(text, [.init("", "is empty")]))
            }
            let errors = event.brokenLimits(at: now)
            return errors.isEmpty ? .event(event) : .refused(RefusedInput(text, errors))
        } catch {
            return .refused(RefusedInput(text, error))
        }
    }

    enum Decoded: Sendable {
        case event(ShopEvent)
        case refused(RefusedInput)
    }

    /// Appends, and tries again each second while that is not possible.
    /// - Throws: `CancellationError`.
    func append(_ decoded: [Decoded], from producer: EventLogProducer? = nil) async throws {
        var events: [ShopEvent] = []
        var refused: [RefusedInput] = []
        for item in decoded {
            switch item {
            case .event(let event): events.append(event)
            case .refused(let input): refused.append(input)
            }
        }
        while true {
            do {
                return try await shop.append(events, refused: refused, from: producer)
            } catch let error as StreamError where error.code == .inputOutput {
                // What watches the shop has said so.
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Writes down where a feed is, and tries again each second while that is not possible: a full disk must not
    /// end the shop.
    /// - Throws: `CancellationError`.
    func save<State>(_ state: State, to file: FeedFile<State>) async throws {
        var hasFailed = false
        while true {
            do {
                try file.save(state)
                if hasFailed { logger.notice("'\(file.path)' can be written again") }
                return
            } catch {
                if !hasFailed {
                    logger.error(
                        "'\(file.path)' cannot be written; the feed waits",
                        metadata: ["error": "\(DataDirectory.reason(error))"])
                }
                hasFailed = true
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Waits until the shop has caught up, so that a feed does not compete with that.
    func waitUntilReady() async throws {
        while !shop.readiness.isReady { try await Task.sleep(for: .milliseconds(20)) }
    }
}
