import ArgumentParser
import CReference
import Foundation

@main
struct Workloads: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workloads",
        abstract: "Measures the library by synthetic workloads.",
        subcommands: [Run.self, Start.self, CheckpointFigures.self], defaultSubcommand: Run.self)
}

/// What `workloads` does unless told otherwise.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the synthetic workloads through the public API, beside a C loop.",
        discussion: """
            With a workload, prints one line of JSON. Without, runs all of them in turn with a \
            hand-written C loop for the same work, and prints a table of the ratios.
            """)

    @Argument(help: "w1, w1z, w2, w3, w4, w5 or w5iso.")
    var workload: String?

    @Option(help: "How many events.")
    var events: Int?

    @Option(help: "How many partitions share the work.")
    var parallelism = 1

    @Option(
        help: ArgumentHelp("The input of w5 and w5iso; by default it is made.", valueName: "file"))
    var input: String?

    @Flag(
        help: """
            Count allocations per event in steady state, over runs of --events and of twice as many, \
            and fail if they reach 0.01.
            """)
    var countAllocations = false

    func validate() throws {
        if let workload, Workload(rawValue: workload) == nil {
            throw ValidationError("there is no workload '\(workload)'")
        }
        if countAllocations && workload == nil {
            throw ValidationError("--count-allocations needs a workload")
        }
        if countAllocations, let events, events < 1 {
            throw ValidationError("there must be an event")
        }
    }

    func run() async throws {
        guard let workload, let only = Workload(rawValue: workload) else {
            return try await compareAll()
        }
        let events = events ?? defaultEvents(only)
        if countAllocations {
            let counted = try await Allocations.count(
                only, events: events, parallelism: parallelism)
            print(counted.json)
            if !counted.meetsGoal { throw ExitCode.failure }
            return
        }
        let file = try inputFile(only, events: events)
        let measured = try await Measurement.run(
            only, events: events, parallelism: parallelism, input: file)
        print(measured.json)
    }

    private func compareAll() async throws {
        print("workload  M events/s     C loop  ratio  checksum  what it does")
        for workload in Workload.allCases {
            let events = events ?? defaultEvents(workload)
            let file = try inputFile(workload, events: events)
            // The loops take turns, and the better of three runs counts: the machine may be shared.
            var ours: Measurement?
            var theirs: Measurement?
            for _ in 0..<3 {
                let reference = Measurement.reference(workload, events: events, input: file)
                if reference.seconds < theirs?.seconds ?? .infinity { theirs = reference }
                let measured = try await Measurement.run(
                    workload, events: events, parallelism: parallelism, input: file)
                if measured.seconds < ours?.seconds ?? .infinity { ours = measured }
            }
            guard let ours, let theirs else { continue }
            let agrees = ours.checksum == theirs.checksum && ours.rows == theirs.rows
            print(
                String(
                    format: "%@  %10.1f %10.1f  %5.2f  %@  %@",
                    workload.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0),
                    ours.rate / 1e6, theirs.rate / 1e6, ours.rate / theirs.rate,
                    agrees ? "equal   " : "DIFFERS ", workload.summary))
            if !agrees { throw ExitCode.failure }
        }
    }

    private func defaultEvents(_ workload: Workload) -> Int {
        workload.readsFile ? 1_000_000 : 20_000_000
    }

    /// The file that w5 reads, made if none is given and none is there.
    private func inputFile(_ workload: Workload, events: Int) throws -> String {
        guard workload.readsFile else { return "" }
        if let input { return input }
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("millrace-\(workload.rawValue)-\(events).ndjson").path
        if FileManager.default.fileExists(atPath: path) { return path }
        guard reference_write_json(path, UInt64(events), workload == .w5iso ? 1 : 0) == 0 else {
            throw ValidationError("the input could not be written to \(path)")
        }
        return path
    }
}
