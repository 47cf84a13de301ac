import ArgumentParser
import MillraceTesting
import SimulatedExamples

@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Crashes the examples in a simulated world, and compares what they write.",
        discussion: """
            Each seed decides scheduling, time, faults and parallelism. A failure prints its seed and a \
            shortened plan; the same seed replays it.
            """)

    @Option(help: "How many seeds.")
    var seeds: UInt64 = 1000

    @Option(help: "The first seed.")
    var start: UInt64 = 0

    @Option(help: "Simulate this topology only.")
    var only: String?

    func run() async throws {
        var failed = false
        for (name, simulation) in SimulatedExamples.all where only ?? name == name {
            let began = ContinuousClock.now
            do {
                let summary = try simulation.check(seeds: start..<start + seeds)
                let seconds = (ContinuousClock.now - began) / .seconds(1)
                print(
                    """
                    \(name): \(summary.seeds) seeds, \(Int(Double(summary.seeds) / seconds)) a second; \
                    \(summary.steps) steps, \(Int(Double(summary.steps) / seconds)) a second; \
                    \(summary.checkpoints) checkpoints, \(summary.recoveries) recoveries
                    """)
            } catch {
                print("\(name): \(error)")
                failed = true
            }
        }
        if failed { throw ExitCode.failure }
    }
}
