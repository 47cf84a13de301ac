import ArgumentParser
import CProcess
import Foundation
import Millrace
import Synchronization

/// Measures how long it takes from the start of a process to the first result of w1.
///
/// The clock is read before the process is started, by the process that starts it, so loading the
/// program and its libraries counts too.
struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the time from the start of a process to the first result of w1.",
        discussion: """
            Starts this program several times, and prints a line of JSON. The first result comes \
            when the first window closes: after 11,000,000 events, or at the end of a shorter input.
            """)

    /// What the library promises.
    static let goalMillis = 50.0

    @Option(help: "How many events w1 has.")
    var events = 100_000

    @Option(help: "How many partitions share the work.")
    var parallelism = 1

    @Option(help: "How many processes are started, one after the other.")
    var runs = 11

    @Flag(help: .hidden)
    var child = false

    func validate() throws {
        guard events > 0, parallelism > 0, runs > 0 else {
            throw ValidationError("there must be an event, a partition and a run")
        }
    }

    func run() async throws {
        if child {
            print(try await firstResult())
            return
        }
        let millis = try (0..<runs).map { _ in try startProcess() }.sorted()
        let median = millis[millis.count / 2]
        print(
            """
            {"workload":"w1","events":\(events),"parallelism":\(parallelism),"runs":\(runs),\
            "clock":"from before the process is started","median_ms":\(median),\
            "max_ms":\(millis[millis.count - 1]),"goal_ms":\(Self.goalMillis),\
            "meets_goal":\(median <= Self.goalMillis)}
            """)
    }

    /// When the first result reached the sink, on the clock that processes share.
    private func firstResult() async throws -> UInt64 {
        let first = Atomic<UInt64>(0)
        let topology = try Topologies.w1(events, into: Checksum()) {
            if first.load(ordering: .relaxed) == 0 {
                first.store(process_clock_nanos(), ordering: .relaxed)
            }
        }
        try await topology.run(RunOptions(parallelism: parallelism))
        return first.load(ordering: .relaxed)
    }

    /// Milliseconds from before a process is started to its first result.
    private func startProcess() throws -> Double {
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = [
            "start", "--child", "--events", "\(events)", "--parallelism", "\(parallelism)",
        ]
        let output = Pipe()
        process.standardOutput = output
        let began = process_clock_nanos()
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0,
            let result = UInt64(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            result > began
        else { throw ExitCode.failure }
        return Double(result - began) / 1e6
    }
}
