internal import Synchronization

/// What has become of the alerts that are posted to another system.
public final class WebhookFigures: Sendable {
    /// Counts since the process began.
    public struct Snapshot: Sendable, Equatable {
        /// Alerts that the receiver has taken.
        public var posted = 0
        /// Alerts that it has refused for good.
        public var refused = 0
        /// Alerts that were given up because they had become too old, or too many.
        public var expired = 0
        /// Attempts that have failed, and are made again.
        public var failures = 0
        /// Alerts that wait.
        public var waiting = 0
        /// Why the alert that waits longest could not be posted; `nil` if it has not failed, or none waits.
        public var trouble: String?
        /// Why it cannot be written down how far alerts have been posted; `nil` if it can.
        public var placeTrouble: String?
        /// Why it is not known how far earlier runs have posted, so that all alerts of the last day come again;
        /// `nil` if it is known.
        public var lostPlace: String?
        /// The alert that was refused last, and with which status.
        public var refusal: String?

        public init() {}
    }

    private let state = Mutex(Snapshot())

    init() {}

    public var snapshot: Snapshot { state.withLock { $0 } }

    func note(waiting count: Int) {
        state.withLock { state in
            state.waiting = count
            if count == 0 { state.trouble = nil }
        }
    }

    func notePosted() {
        state.withLock { state in
            state.posted += 1
            state.trouble = nil
        }
    }

    func noteRefused(_ id: String, status: Int) {
        state.withLock { state in
            state.refused += 1
            state.refusal = "'\(id)' with status \(status)"
            state.trouble = nil
        }
    }

    func note(placeTrouble: String?) { state.withLock { $0.placeTrouble = placeTrouble } }

    func note(lostPlace: String) { state.withLock { $0.lostPlace = lostPlace } }

    func noteExpired() { state.withLock { $0.expired += 1 } }

    func note(trouble: String) {
        state.withLock { state in
            state.failures += 1
            state.trouble = trouble
        }
    }
}
