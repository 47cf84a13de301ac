import Logging
import Millrace
import ServiceLifecycle
import Storefront

/// The shop as a service: it runs until a graceful shutdown, and takes a last checkpoint then.
struct ShopService: Service, CustomStringConvertible {
    let shop: LiveShop
    let logger: Logger
    /// How often the log is looked at.
    private let period: Duration
    private let troubles: ShopTroubles

    init(shop: LiveShop, logger: Logger, period: Duration = .seconds(1)) {
        self.shop = shop
        self.logger = logger
        self.period = period
        troubles = ShopTroubles(logger)
    }

    var description: String { "shop" }

    func run() async throws {
        troubles.note(lost: shop.lostEvents)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await shop.run(observer: note)
                return true
            }
            group.addTask {
                await sayWhenReady()
                return false
            }
            group.addTask {
                await watch()
                return false
            }
            group.addTask {
                do { try await gracefulShutdown() } catch is CancellationError { return false }
                do { try await shop.stop() } catch {
                    logger.error(
                        "the last checkpoint could not be taken; the next start replays more",
                        metadata: ["error": "\(error)"])
                    throw error
                }
                return false
            }
            // Whichever ends with an error ends the others. A stop may return while the shop, which has much to
            // release, is still ending: it must not be cancelled then.
            while let isShop = try await group.next(), !isShop {}
            group.cancelAll()
            try await group.waitForAll()
        }
        logger.info("the last checkpoint has been taken")
    }

    private func sayWhenReady() async {
        let began = ContinuousClock.now
        do {
            while !shop.readiness.isReady { try await Task.sleep(for: .milliseconds(50)) }
        } catch { return }
        logger.info(
            "ready", metadata: ["after": "\(began.duration(to: .now).setting)"])
    }

    /// Says when events can no longer be taken in, or alerts no longer be posted, and when they can again, and which
    /// are missing.
    private func watch() async {
        do {
            while true {
                troubles.note(shop.logFailure)
                troubles.note(skipped: shop.figures.gaps)
                troubles.note(shop.figures.webhook.snapshot)
                try await Task.sleep(for: period)
            }
        } catch { return }
    }

    private func note(_ event: CheckpointEvent) {
        troubles.note(event)
        switch event {
        case .restored(let manifest, let duration):
            logger.info(
                "going on from a checkpoint",
                metadata: ["checkpoint": "\(manifest.id)", "found in": "\(duration.setting)"])
        case .beganAnew: logger.info("beginning without state")
        case .skipped(let error):
            logger.warning("a checkpoint is damaged", metadata: ["error": "\(error)"])
        case .completed(let manifest, let times):
            logger.debug(
                "checkpoint",
                metadata: [
                    "checkpoint": "\(manifest.id)", "pause": "\(times.pause)",
                    "bytes": "\(times.writtenBytes)",
                ])
        case .failed: break
        case .notRemoved(let error):
            logger.warning("something old could not be removed", metadata: ["error": "\(error)"])
        case .restarting(let error, let failures):
            logger.error(
                "the topologies failed and begin again",
                metadata: ["error": "\(error)", "failures": "\(failures)"])
        }
    }
}
