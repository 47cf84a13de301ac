import ArgumentParser
import Millrace

@main
struct Workloads: AsyncParsableCommand {
    @Argument var workload = "w1"
    @Option var events = 20_000_000
    @Option var parallelism = 1

    func run() async throws {
        let result = Checksum()
        let topology: Topology
        switch workload {
        case "w1": topology = try Topologies.w1(events, into: result)
        case "w1z": topology = try Topologies.w1z(events, into: result)
        case "w2": topology = try Topologies.w2(events, into: result)
        case "w3": topology = try Topologies.w3(events, into: result)
        case "w5": topology = try Topologies.w5("/tmp/ref/w5.ndjson", into: result)
        case "w5iso": topology = try Topologies.w5("/tmp/ref/w5iso.ndjson", into: result)
        default: topology = try Topologies.w4(events, into: result)
        }
        let t0 = ContinuousClock.now
        try await topology.run(RunOptions(parallelism: parallelism))
        let d = ContinuousClock.now - t0
        print(workload, d / .seconds(1), String(result.sum, radix: 16), result.rows)
    }
}
