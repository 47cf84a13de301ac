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
    /// The same rules as for events that come over HTTP: every field is checked, and an event may not be of
    /// the future.
    static func decode(_ json: [UInt8], now: Timestamp) -> Decoded {
        let text = String(decoding: json, as: UTF8.self)
        do {
            var decoder = JSONLinesDecoder<ShopEvent>()
            guard let event = try json.withUnsafeBufferPointer({ try decoder.decode($0) }) else {
                return .refused(RefusedInput(text, [.init("", "is empty")]))
            }
            if event.time - now > clockAhead { return .refused(RefusedInput(text, [ofFuture])) }
            return .event(event)
        } catch {
            return .refused(RefusedInput(text, error))
        }
    }

    /// What is wrong with an event whose time would make all others late.
    static let ofFuture = InvalidEvent.FieldError("timestamp", "is too far in the future")

    enum Decoded: Sendable {
        case event(ShopEvent)
        case refused(RefusedInput)
    }

    /// How far a client's clock may be ahead.
    static let clockAhead = Duration.minutes(5)

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
