public import ArgumentParser
import Foundation
public import Millrace
public import Topologies
import UnixSignals

/// The options that all examples share, and how they run.
public struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The events: CSV with the columns ts_ms and user, and item, type and session where there are any; or JSON Lines with the same fields. - is the standard input.",
            discussion: "Without it, a sample that comes with the program is read.",
            valueName: "file"))
    public var input: String?

    @Option(
        help: ArgumentHelp(
            "Read this many events of a simulated shop instead of a file; or 'endless'.",
            valueName: "events"))
    public var simulate: SimulatedCount?

    @Option(help: "Which shop is simulated: the same seed gives the same events.")
    public var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Write the results as JSON Lines.", valueName: "file.jsonl"))
    public var output: String?

    @Option(help: "How many partitions share the work.")
    public var parallelism = 1

    @Option(
        help: ArgumentHelp(
            "How far an event may be behind the newest one before it. 500ms, 10s, 5m, 1h, 60d.",
            valueName: "duration"))
    public var outOfOrderness: DurationArgument = "1m"

    @Flag(help: "Leave out lines that cannot be decoded, and count them, instead of stopping.")
    public var skipBadInput = false

    @Option(
        help: ArgumentHelp(
            "Read no more than this many events per second: a recording becomes a live stream.",
            valueName: "count"))
    public var rate: Double?

    @Option(
        help: ArgumentHelp(
            "Keep checkpoints here, and go on from the newest: after a crash, each result is in the output once.",
            valueName: "directory"))
    public var checkpoints: String?

    @Option(help: ArgumentHelp("The time between checkpoints.", valueName: "duration"))
    public var checkpointEvery: DurationArgument = "10s"

    @Flag(help: "Show no status on the terminal while the program runs.")
    public var quiet = false

    @Flag(help: "Print the plan of the topology and stop.")
    public var explain = false

    public init() {}

    public func validate() throws {
        guard (1...128).contains(parallelism) else {
            throw ValidationError("--parallelism must be from 1 to 128")
        }
        if input != nil, simulate != nil {
            throw ValidationError("choose --input or --simulate")
        }
        if let rate, rate <= 0 { throw ValidationError("--rate must be greater than 0") }
    }

    /// Builds the topology behind the input, runs it, and shows its results.
    ///
    /// - Parameters:
    ///   - name: The topology's name.
    ///   - sample: The bundled sample to read when no input is given.
    ///   - columns: The columns of the table on the terminal.
    ///   - row: A result as cells.
    public func run<Result: JSONEncodableRecord>(
        _ name: String, sample: String, columns: [String],
        row: @escaping @Sendable (Result) -> [String],
        _ build: (DataStream<Click>) -> DataStream<Result>
    ) async throws {
        let topology = try Topology(name) { flow in
            let clicks = try simulatedClicks(in: flow) ?? recordedClicks(in: flow, sample: sample)
            let results = build(clicks)
            if let output {
                results.sink(.jsonLines(output), name: "output")
            } else {
                let table = TableSink<Result>.table(columns: columns, row: row)
                results.sink(StatusSink(base: table, screen: .standardError), name: "output")
            }
        }
        if explain {
            print(topology.describe(parallelism: parallelism))
            return
        }
        let began = ContinuousClock.now
        let showsStatus = !quiet && StatusScreen.isTerminal
        let report = try await topology.run(runOptions) { running in
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await Self.endOnSignal(running) }
                if showsStatus {
                    group.addTask { await StatusView.follow(running, on: .standardError) }
                }
            }
        }
        Self.summarise(report, since: began)
    }

    private func recordedClicks(in flow: Flow, sample: String) throws -> DataStream<Click> {
        let path = try input ?? Self.samplePath(sample)
        let file = RecordFileSource(paths: [path]) { ClickDecoder() }
        return flow.source(
            file.limited(toPerSecond: rate ?? .infinity), name: "clicks",
            eventTime: { $0.time },
            watermarks: .bounded(outOfOrderness: outOfOrderness.duration)
        ).onError(skipBadInput ? .skipAndCount : .fail)
    }

    private var runOptions: RunOptions {
        var options = RunOptions(parallelism: parallelism)
        if let checkpoints {
            options.checkpoints = .directory(checkpoints, every: checkpointEvery.duration)
            options.checkpoints?.observer = Self.report
        }
        return options
    }

    /// Ends the run in order at the first signal: with a last checkpoint, or else with the results of what has
    /// been read.
    @Sendable
    private static func endOnSignal(_ running: RunningTopology) async throws {
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            say("\(signal): ending")
            if running.takesCheckpoints { try await running.stop() } else { running.drain() }
        }
    }

    @Sendable
    private static func report(_ event: CheckpointEvent) {
        switch event {
        case .restored(let checkpoint, let time):
            say("went on from checkpoint \(checkpoint.id), read in \(time)")
        case .skipped(let error): say("a checkpoint was left out: \(error)")
        case .failed(let error): say("a checkpoint could not be written: \(error)")
        case .restarting(let error, _): say("began again after: \(error)")
        case .beganAnew, .completed: break
        }
    }

    private static func say(_ line: String) { StatusScreen.standardError.say(line) }

    private static func samplePath(_ name: String) throws -> String {
        guard
            let url = Bundle.module.url(
                forResource: name, withExtension: "csv", subdirectory: "Data")
        else { throw ValidationError("the sample \(name) is missing; give --input") }
        return url.path
    }

    /// One line on the standard error: what was read, what was left out, how long it took.
    private static func summarise(_ report: RunReport, since began: ContinuousClock.Instant) {
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let events = report["clicks"]?.received ?? 0
        let failed = report["clicks"]?.failed ?? 0
        let late = report.operators.reduce(0) { $0 + $1.counters.lateForWindow }
        let line = String(
            format: "%d events in %.2f s (%.0f per second), %d undecodable, %d dropped as late",
            events, seconds, Double(events) / max(seconds, 1e-9), failed, late)
        say(line)
    }
}
