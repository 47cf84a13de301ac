import Foundation
import Millrace
import Synchronization
import Testing

@testable import Storefront

/// Runs the live views of visits over events, as the shop does, and reads them.
struct LiveRun {
    var configuration: ShopConfiguration

    /// - Parameter change: What is different from a shop's own configuration.
    init(_ change: (inout ShopConfiguration) -> Void = { _ in }) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "live-\(UUID())")
        configuration = ShopConfiguration(data: folder.path)
        configuration.outOfOrderness = .minutes(25)
        change(&configuration)
        try FileManager.default.createDirectory(
            atPath: configuration.archivePath, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: configuration.data) }

    /// Takes in events, goes on from what is stored, and reads when all of them have gone through. The state is
    /// stored behind that.
    func read<Result: Sendable>(
        behind events: [ShopEvent], parallelism: Int = 1,
        _ body: @escaping @Sendable (ShopViews) async throws -> Result
    ) async throws -> Result {
        let (stream, input) = AsyncStream.makeStream(of: ShopEvent.self)
        for event in events { input.yield(event) }
        let configuration = configuration
        let topology = try Topology("visits") { flow in
            let events = flow.source(
                .asyncSequence(stream), name: "events", eventTime: { $0.time },
                watermarks: .bounded(outOfOrderness: configuration.outOfOrderness))
            let once = withoutRepeats(events, within: .days(1))
            let repeated = once.sideOutput(repeatedEvents)
                .map(name: "repeats") { RefusedEvent(repeated: $0) }
            liveVisits(once.newStage(name: "visits"), leftOut: repeated, configuration)
        }
        var options = RunOptions(parallelism: parallelism, batchSize: 64)
        if parallelism > 1 {
            // Instances may be as far apart as there is room between them. Visitors' minutes are exact for events
            // that are less than an hour behind, so little may be on the way.
            (options.channelCapacity, options.batchSize) = (2, 8)
        }
        options.checkpoints = .directory(configuration.checkpointPath, every: .seconds(3600))
        let answer = Answer<Result>()
        try await topology.run(options) { running in
            while await running.metrics()["events"]?.emitted ?? 0 < events.count {
                await Task.yield()
            }
            // A barrier goes behind all events, so that they are through when it is.
            try await running.checkpoint()
            let views = ShopViews(
                running: running, catalogue: Catalogue(), configuration: configuration)
            let result = try await body(views)
            answer.value.withLock { $0 = result }
            try await running.stop()
            input.finish()
        }
        return try #require(answer.value.withLock { $0 })
    }

    /// The lines of an archive file.
    func archive(_ name: String) throws -> [String] {
        try String(contentsOfFile: "\(configuration.archivePath)/\(name).jsonl", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }
}

private final class Answer<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

/// Everything that the views say at one time.
struct LiveFigures: Sendable, Equatable {
    var activity: ActivityView
    /// By the minute at whose end it was so.
    var past: [Int64: ActivityView] = [:]
    var sessions: [SessionView] = []
    var details: [SessionDetail] = []
    var funnels: FunnelsView
    var journeys: JourneysView
    var alerts: AlertsView

    init(_ views: ShopViews, minutes: [Int64] = []) async throws {
        activity = try await views.activity()
        activity.events.perSecond = 0
        for minute in minutes {
            past[minute] = try await views.activity(at: Timestamp(minute: minute + 1))
            past[minute]?.events.perSecond = 0
        }
        var filter = SessionFilter(limit: 100)
        repeat {
            let page = try await views.sessions(filter)
            sessions += page.sessions
            filter.cursor = page.next
        } while filter.cursor != nil
        for session in sessions.prefix(100) {
            if let detail = try await views.session(id: session.id) { details.append(detail) }
        }
        funnels = try await views.funnels()
        journeys = try await views.journeys(limit: 5000)
        alerts = try await views.alerts(limit: 1000)
    }

    /// The names of the figures that are not the same; the figures themselves would fill a book.
    func differences(from other: LiveFigures) -> [String] {
        var names: [String] = []
        func compare(_ name: String, _ isSame: Bool) { if !isSame { names.append(name) } }
        compare("events", activity.events == other.activity.events)
        compare("active users", activity.activeUsers == other.activity.activeUsers)
        compare("session figures", activity.sessions == other.activity.sessions)
        compare("minutes", activity.minutes == other.activity.minutes)
        compare("hours", activity.hours == other.activity.hours)
        compare("devices", activity.devices == other.activity.devices)
        compare("activity", activity == other.activity)
        for (minute, view) in past {
            let other = other.past[minute]
            compare("past events", view.events == other?.events)
            compare("past users", view.activeUsers == other?.activeUsers)
            compare("past sessions", view.sessions == other?.sessions)
            compare("past minutes", view.minutes == other?.minutes)
            compare("past hours", view.hours == other?.hours)
            compare("past devices", view.devices == other?.devices)
        }
        compare("past", past == other.past)
        compare("sessions", sessions == other.sessions)
        compare("details", details == other.details)
        compare("funnels", funnels == other.funnels)
        compare("transitions", journeys.transitions == other.journeys.transitions)
        compare("pages", journeys.pages == other.journeys.pages)
        compare("paths", journeys.paths == other.journeys.paths)
        compare("alerts", alerts == other.alerts)
        return names
    }
}

/// What a topology makes of recorded events, in event order.
func batch<Output: Sendable>(
    _ events: [ShopEvent], _ build: (DataStream<ShopEvent>) throws -> DataStream<Output>
) async throws -> [Output] {
    let results = Collected<Output>()
    let topology = try Topology("batch") { flow in
        let events = flow.source(
            .elements(events), eventTime: { $0.time },
            watermarks: .bounded(outOfOrderness: .hours(6)))
        try build(intake(events)).sink(.collect(into: results))
    }
    try await topology.run()
    return results.elements
}
