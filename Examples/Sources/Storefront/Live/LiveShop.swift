import Foundation
import Millrace
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
    public let configuration: ShopConfiguration
    /// Every event as it passes.
    public let feed = EventFeed()
    let log: EventLog
    private let running = Mutex<RunningTopology?>(nil)

    /// Opens the shop's log, or creates it.
    /// - Throws: ``StreamError`` with code `inputOutput` if another process has it, or it cannot be used.
    public init(_ configuration: ShopConfiguration) throws {
        self.configuration = configuration
        try FileManager.default.createDirectory(
            atPath: configuration.archivePath, withIntermediateDirectories: true)
        log = try EventLog(at: configuration.logPath, partitions: configuration.partitions)
    }

    /// Runs the topologies until the task is cancelled or ``stop()`` is called.
    public func run() async throws {
        var options = RunOptions(batchSize: configuration.batchSize)
        options.checkpoints = .directory(
            configuration.checkpointPath, every: configuration.checkpointInterval)
        options.restart = .restart(maximum: 5, within: .seconds(60))
        defer { running.withLock { $0 = nil } }
        try await liveTopology(configuration, feed: feed).run(options) { topology in
            self.running.withLock { $0 = topology }
        }
    }

    /// Takes a last checkpoint and ends ``run()``. Nothing is lost without: a start then replays more.
    public func stop() async throws {
        try await running.withLock { $0 }?.stop()
    }

    /// Makes events safe: when this returns, every later start of the shop sees them.
    ///
    /// The events of a user keep their order.
    /// - Throws: ``StreamError`` with code `inputOutput` if they cannot be written; some may have been.
    public func append(_ events: [ShopEvent]) async throws {
        var batches: [Int: EventLogBatch] = [:]
        for event in events {
            var json = JSONWriter()
            json.object(event)
            let user = Array(event.user.description.utf8)
            let partition = user.withUnsafeBytes { log.partition(forKey: $0) }
            try batches[partition, default: EventLogBatch()].append(json.bytes, at: event.time)
        }
        try await withThrowingDiscardingTaskGroup { group in
            for (partition, batch) in batches {
                group.addTask { try await self.log.append(batch, to: partition) }
            }
        }
    }

    /// What the shop knows; `nil` while it is not running.
    public var views: ShopViews? {
        running.withLock { $0 }.map {
            ShopViews(running: $0, funnelDefinitions: configuration.funnels)
        }
    }
}
