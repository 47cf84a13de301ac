import ArgumentParser
import ExampleSupport
import Foundation
import Millrace
import Storefront

/// Runs every topology to the end of a recording.
struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the results of a recorded clickstream as JSON Lines, a file each.")

    @Option(
        help: ArgumentHelp(
            "The events, as CSV or (named .jsonl or .json) as JSON Lines. - is the standard input.",
            valueName: "file"))
    var replay: String

    @Option(help: ArgumentHelp("Where the results go.", valueName: "directory"))
    var output: String

    @Option(help: "How many partitions share the work.")
    var parallelism = 1

    @Option(
        help: ArgumentHelp(
            "How far an event may be behind the newest one before it: 10s, 5m, 6h.",
            valueName: "duration"))
    var outOfOrderness: DurationArgument = "6h"

    func validate() throws {
        guard (1...128).contains(parallelism) else {
            throw ValidationError("--parallelism must be from 1 to 128")
        }
    }

    func run() async throws {
        try FileManager.default.createDirectory(
            atPath: output, withIntermediateDirectories: true)
        let topology = try Topology("storefront-report") { flow in
            let (events, undecodable) = source(in: flow)
            let intake = intake(events, undecodable: undecodable)
            write(intake.refused, to: "dead_letters")
            writeAll(intake.events)
        }
        let began = ContinuousClock.now
        let report = try await topology.run(RunOptions(parallelism: parallelism))
        summarise(report, since: began)
    }

    /// The recording, and what of it cannot be understood.
    private func source(
        in flow: Flow
    ) -> (events: DataStream<ShopEvent>, undecodable: DataStream<DeadLetter>) {
        let watermarks = WatermarkStrategy<ShopEvent>.bounded(
            outOfOrderness: outOfOrderness.duration)
        let isJSON = replay.hasSuffix(".jsonl") || replay.hasSuffix(".json")
        let events =
            isJSON
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

    /// Every topology behind the same intake, each with a file for its results.
    private func writeAll(_ events: DataStream<ShopEvent>) {
        write(shopSessions(events), to: "sessions")
        write(trendingProducts(events), to: "trending")
        for window in AudienceWindow.allCases {
            write(audience(events, in: window), to: "active_users_\(window)")
            write(approximateAudience(events, in: window), to: "active_users_approximate_\(window)")
        }
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
