import ArgumentParser
import ExampleSupport
import Foundation
import Millrace
import Storefront

/// Runs every topology to the end of a recording.
struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the results of a recorded clickstream as JSON Lines, a file each.",
        discussion: """
            Sessions, active users, conversions, journeys and funnels; trending, popular, carted and \
            best-selling products, browsing histories, similar products; alerts, repeats, and in \
            dead_letters.jsonl every event that was left out, with the reason.
            """)

    @Option(
        help: ArgumentHelp(
            "The events, as CSV or (named .jsonl or .json) as JSON Lines. - is the standard input, CSV. "
                + "The columns are in the README of the examples.",
            valueName: "file"))
    var replay: String

    @Option(help: ArgumentHelp("Where the results go.", valueName: "directory"))
    var output: String

    @Option(parsing: .unconditional, help: "How many partitions share the work.")
    var parallelism = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How far an event may be behind the newest one before it: 10s, 5m, 6h.",
            valueName: "duration"))
    var outOfOrderness: DurationArgument = "6h"

    @Flag(help: "Write what to show each user after each view as well.")
    var recommendations = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The window in which traffic is compared with the 60 before.", valueName: "duration"))
    var alertWindow: DurationArgument = "10s"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many events above the mean of those windows are unusual at least.",
            valueName: "count"))
    var alertExcess = 5.0

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many events of one user in a minute are not unusual yet.", valueName: "count"))
    var userLimit = 10

    func validate() throws {
        guard alertWindow.duration > .zero else {
            throw ValidationError("--alert-window must be positive")
        }
        guard (1...128).contains(parallelism) else {
            throw ValidationError("--parallelism must be from 1 to 128")
        }
        guard alertExcess >= 0 else { throw ValidationError("--alert-excess must not be negative") }
        guard userLimit >= 0 else { throw ValidationError("--user-limit must not be negative") }
    }

    func run() async throws {
        do { try await write() } catch { Failure(error).exit() }
    }

    /// Writes the results.
    /// - Throws: ``Failure`` if the recording or the directory of the results cannot be used, or the recording
    ///   holds no event; ``StreamError``.
    func write() async throws {
        try RecordingHeader.check(replay)
        try DataDirectory.create(output, for: "--output")
        let topology = try Topology("storefront-report") { flow in
            let (events, undecodable) = source(in: flow)
            let clean = intake(events) { refused in
                write(refused.union(invalidEvents(undecodable)), to: "dead_letters")
            }
            // Beside each other, for several cores.
            writeVisits(clean.newStage(name: "visits"))
            writeAudiences(clean.newStage(name: "audiences"))
            writeProducts(clean.newStage(name: "products"))
            writeHistories(clean.newStage(name: "histories"))
            writeFunnels(clean.newStage(name: "funnels"))
        }
        let began = ContinuousClock.now
        let report = try await topology.run(RunOptions(parallelism: parallelism))
        summarise(report, since: began)
        let (good, bad) = (report["events"]?.emitted ?? 0, report["events"]?.failed ?? 0)
        if good == 0, bad > 0 {
            throw Failure.data(
                "--replay '\(replay)': none of its \(bad) records is an event; "
                    + "'\(output)/dead_letters.jsonl' says why")
        }
    }

    /// The recording, and what of it cannot be understood.
    private func source(
        in flow: Flow
    ) -> (events: DataStream<ShopEvent>, undecodable: DataStream<DeadLetter>) {
        // One event of the future would make all behind it late.
        let watermarks = WatermarkStrategy<ShopEvent>.bounded(
            outOfOrderness: outOfOrderness.duration
        )
        .rejectingTimestamps(
            furtherAheadThan: ShopEvent.clockAhead, of: .processingTime, policy: .drop)
        let events =
            RecordingHeader.isJSON(replay)
            ? flow.source(
                .jsonLines(replay, as: ShopEvent.self), name: "events", eventTime: { $0.time },
                watermarks: watermarks)
            : flow.source(
                .csv(replay, as: ShopEvent.self), name: "events", eventTime: { $0.time },
                watermarks: watermarks)
        var undecodable: DataStream<DeadLetter>?
        let read = events.deadLetters { undecodable = $0 }
        guard let undecodable else { preconditionFailure("dead letters are connected at once") }
        return (read, undecodable)
    }

    private func writeVisits(_ events: DataStream<ShopEvent>) {
        let sessions = shopSessions(events)
        write(sessions, to: "sessions")
        write(sessionStatistics(sessions), to: "session_statistics")
        write(
            sessionStatistics(sessions, in: .global, name: "session-totals"), to: "session_totals")
        write(sessionEnds(sessions, at: .entry), to: "entry_pages")
        write(sessionEnds(sessions, at: .exit), to: "exit_pages")
        write(conversions(events), to: "conversions")
        write(conversions(events, every: .days(1), name: "daily-conversions"), to: "daily")
        let journeys = journeys(events)
        write(typeTransitions(journeys), to: "type_transitions")
        write(pageTransitions(journeys), to: "page_transitions")
        write(topPaths(journeys), to: "journeys")
        write(deviceStatistics(events), to: "device_stats")
        write(givenSessions(events), to: "given_sessions")
        write(duplicateReport(events), to: "dedup")
        write(alerts(events, rules: rules), to: "alerts")
    }

    private func writeAudiences(_ events: DataStream<ShopEvent>) {
        for window in AudienceWindow.allCases {
            write(audience(events, in: window), to: "active_users_\(window.rawValue)")
            write(
                approximateAudience(events, in: window),
                to: "active_users_approximate_\(window.rawValue)")
        }
    }

    private func writeFunnels(_ events: DataStream<ShopEvent>) {
        writeFunnels(
            [
                Funnel("funnel", scope: .user),
                Funnel("funnel_two_steps", steps: [.view, .purchase], scope: .user),
            ], events, name: "funnel-progress")
        writeFunnels(
            [
                Funnel("funnel_per_product", scope: .userAndProduct),
                Funnel(
                    "funnel_two_steps_per_product", steps: [.view, .purchase],
                    scope: .userAndProduct),
            ], events, name: "funnel-progress-per-product")
    }

    private func writeFunnels(
        _ funnels: [Funnel], _ events: DataStream<ShopEvent>, name: String
    ) {
        let all = funnelArrivals(events, funnels, name: name)
        for funnel in funnels {
            let arrivals = all.filter { $0.funnel == funnel.name }
            let completions = arrivals.filter { $0.step == funnel.steps.count - 1 }
            write(completions, to: "\(funnel.name)_completions")
            write(funnelReports(arrivals, of: funnel), to: funnel.name)
        }
    }

    private var rules: AlertRules {
        AlertRules(
            trafficWindow: alertWindow.duration, minimumExcess: alertExcess, userLimit: userLimit)
    }

    private func writeProducts(_ events: DataStream<ShopEvent>) {
        write(trendingProducts(events), to: "trending")
        write(popularPages(events), to: "popular")
        write(topPages(events), to: "top_pages")
        write(mostCarted(events), to: "most_carted")
        let sales = events.filter(\.isSale)
        write(bestSellers(sales), to: "best_sellers")
        write(
            bestSellers(sales, name: "category-best-sellers") { $0.category ?? "" },
            to: "best_sellers_per_category")
        write(similarProducts(events), to: "similar")
        if recommendations { write(recommendedProducts(events), to: "recommendations") }
    }

    private func writeHistories(_ events: DataStream<ShopEvent>) {
        write(finalHistories(events, name: "history"), to: "history")
        write(
            finalHistories(events, keepingRepeats: true, name: "last-views"),
            to: "last_views")
    }

    private func write<Result: JSONEncodableRecord>(
        _ results: DataStream<Result>, to name: String
    ) {
        results.sink(.jsonLines("\(output)/\(name).jsonl"), name: "\(name).jsonl")
    }

    private func summarise(_ report: RunReport, since began: ContinuousClock.Instant) {
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let events = report["events"]?.received ?? 0
        let line = String(
            format: "%d events in %.2f s (%.0f per second), %d invalid, %d late, %d repeated\n",
            events, seconds, Double(events) / max(seconds, 1e-9), report["events"]?.failed ?? 0,
            report["in-order"]?.late ?? 0, report["repeated-events"]?.received ?? 0)
        FileHandle.standardError.write(Data(line.utf8))
    }
}
