import Logging
import Millrace
import Storefront
import Synchronization

/// Says what is the matter with a shop's files when it begins and when it ends, however often it is met.
final class ShopTroubles: Sendable {
    private struct State {
        var trouble: LogTrouble?
        var failedCheckpoints = 0
        var gaps: Set<EventLogGap> = []
        var webhook = WebhookFigures.Snapshot()
    }

    private let logger: Logger
    private let state = Mutex(State())

    init(_ logger: Logger) { self.logger = logger }

    /// Takes note of why the log cannot be written; `nil` if it can.
    func note(_ failure: StreamError?) {
        let trouble = failure.map { LogTrouble($0) }
        let before = state.withLock { state in
            defer { state.trouble = trouble }
            return state.trouble
        }
        if before == trouble { return }
        if let failure, let trouble {
            logger.error(
                "no event can be taken in: \(trouble.text)",
                metadata: ["error": "\(failure.place ?? failure.message)"])
        } else {
            logger.notice("events are taken in again")
        }
    }

    /// Takes note of what has become of a checkpoint.
    func note(_ event: CheckpointEvent) {
        switch event {
        case .failed(let error):
            let count = state.withLock { state in
                state.failedCheckpoints += 1
                return state.failedCheckpoints
            }
            if count > 1 { return }
            logger.error(
                "a checkpoint could not be written; tried again, and not said again until it can",
                metadata: ["error": "\(error)"])
        case .completed:
            let count = state.withLock { state in
                defer { state.failedCheckpoints = 0 }
                return state.failedCheckpoints
            }
            if count > 0 {
                logger.notice(
                    "checkpoints can be written again", metadata: ["failures": "\(count)"])
            }
        default: break
        }
    }

    /// Takes note of what has become of the alerts that are posted.
    func note(_ webhook: WebhookFigures.Snapshot) {
        let before = state.withLock { state in
            defer { state.webhook = webhook }
            return state.webhook
        }
        if let trouble = webhook.trouble, before.trouble == nil {
            logger.warning(
                "alerts cannot be posted; they wait, and are tried again",
                metadata: ["error": "\(trouble)", "waiting": "\(webhook.waiting)"])
        } else if webhook.trouble == nil, before.trouble != nil {
            // Refused or given up, the alert that was in the way is gone, and nothing has been posted.
            logger.notice(
                webhook.posted > before.posted
                    ? "alerts are posted again"
                    : webhook.refused > before.refused
                        ? "the receiver of alerts answers again, and refuses them"
                        : "no alert waits to be posted any more")
        }
        if let loss = webhook.lostPlace, before.lostPlace == nil {
            logger.warning(
                "how far alerts have been posted is lost; all of the last day are posted again",
                metadata: ["error": "\(loss)"])
        }
        if let trouble = webhook.placeTrouble, before.placeTrouble == nil {
            logger.warning(
                "how far alerts have been posted cannot be written down; after a crash some come again",
                metadata: ["error": "\(trouble)"])
        } else if webhook.placeTrouble == nil, before.placeTrouble != nil {
            logger.notice("how far alerts have been posted is written down again")
        }
        if webhook.refused > before.refused {
            logger.error(
                "the receiver has refused alerts for good; they are in the archive",
                metadata: [
                    "alerts": "\(webhook.refused - before.refused)",
                    "last": "\(webhook.refusal ?? "")",
                ])
        }
        if webhook.expired > before.expired {
            logger.error(
                "alerts are too old, or too many, to be posted; they are in the archive",
                metadata: ["alerts": "\(webhook.expired - before.expired)"])
        }
    }

    /// Says which events the log has lost. Those that the last checkpoint has counted are not missed.
    func note(lost gaps: [EventLogGap]) {
        for gap in gaps {
            logger.warning(
                "events are no longer in the log",
                metadata: ["lost": "\(gap)", "events": "\(gap.offsets.count)"])
        }
    }

    /// Takes note of the records that were skipped.
    func note(skipped gaps: [EventLogGap]) {
        let new = state.withLock { state in
            gaps.filter { state.gaps.insert($0).inserted }
        }
        for gap in new {
            logger.warning(
                "events are missing from the log, and left out of everything",
                metadata: ["missing": "\(gap)", "events": "\(gap.offsets.count)"])
        }
    }
}
