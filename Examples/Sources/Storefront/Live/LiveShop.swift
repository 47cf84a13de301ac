import Foundation
public import Millrace
internal import Synchronization
import Topologies

/// The running shop: a durable log of events, the topologies behind it, and what they know.
///
/// ```swift
/// let shop = try LiveShop(ShopConfiguration(data: "shop-data"))
/// async let end: Void = shop.run()
/// try await shop.append([event])
/// ```
/// An event is safe once ``append(_:)`` has returned. After a crash the shop goes on from its last checkpoint
/// and reads the log behind it again, so that every event counts once.
public final class LiveShop: Sendable {
    struct State: Sendable {
        var running: RunningTopology?
        var readiness = Readiness.notStarted
        var isStopping = false
    }

    public let configuration: ShopConfiguration
    /// Every event as it passes.
    public let feed = EventFeed()
    /// How the topologies get on.
    public let figures = ShopFigures()
    /// What the products are: may be read anew at any time.
    public let catalogue: CatalogueStore
    let log: ShopLog
    let state = Mutex(State())

    /// Opens the shop's log, or creates it.
    /// - Throws: ``StreamError`` with code `inputOutput` if another process has it, or it cannot be used;
    ///   ``CatalogueError``.
    public init(_ configuration: ShopConfiguration) throws {
        self.configuration = configuration
        catalogue = try CatalogueStore(path: configuration.cataloguePath)
        try FileManager.default.createDirectory(
            atPath: configuration.archivePath, withIntermediateDirectories: true)
        log = try ShopLog(configuration)
    }

    /// The events that opening the log found to be no longer in it, though they had been acknowledged; none
    /// unless damage is skipped. Whether the results lack them depends on whether the last checkpoint has
    /// counted them: ``ShopFigures/gaps`` says which ones they lack.
    public var lostEvents: [EventLogGap] { log.lost }

    /// Why no event can be taken in at the moment, such as a full disk; `nil` if all is well.
    public var logFailure: StreamError? { log.failure }

    /// The failure of a shop whose data directory has been deleted, moved or replaced while it runs; `nil` if it
    /// is there. Nothing that it does would be found by the next start.
    public var dataFailure: StreamError? { log.absence }

    /// Whether the answers are up to date.
    public var readiness: Readiness { state.withLock { $0.readiness } }

    /// The topology for metrics and explanations; `nil` while the shop does not run.
    public var running: RunningTopology? { state.withLock { $0.running } }

    /// What the shop knows; `nil` while it is not running.
    public var views: ShopViews? {
        running.map {
            ShopViews(running: $0, catalogue: catalogue.current, configuration: configuration)
        }
    }
}
