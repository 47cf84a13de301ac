import ArgumentParser
import Foundation
import Millrace
import Synchronization

/// Measures what checkpoints cost, and how fast state comes back.
struct CheckpointFigures: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoints",
        abstract: "Measures what checkpoints cost: throughput, pause, writing, memory, restoring.")

    @Option(help: "How many keys the state has.")
    var keys = 5_000_000

    @Option(help: "How many events w1 has, with and without checkpoints.")
    var events = 400_000_000

    @Option(help: "How often w1 is run each way, in turns.")
    var rounds = 3

    @Option(help: "How many partitions share the keys whose memory is measured.")
    var parallelism = 1

    @Option(help: ArgumentHelp("Where to write.", valueName: "directory"))
    var directory = FileManager.default.temporaryDirectory
        .appendingPathComponent("millrace-checkpoints").path

    @Option(help: "What is measured: throughput, memory, state, or all of them.")
    var only: Part?

    enum Part: String, ExpressibleByArgument { case throughput, memory, state }

    func run() async throws {
        // Memory first, because what has been used before is not given back.
        if only ?? .memory == .memory { try await measureMemory() }
        if only ?? .throughput == .throughput { try await measureThroughput() }
        if only ?? .state == .state { try await measureState() }
    }

    // MARK: - Memory

    private func measureMemory() async throws {
        for isWide in [false, true] {
            clear()
            let measured = CheckpointMemory(
                keys: keys, directory: directory, isWide: isWide, parallelism: parallelism)
            for line in try await measured.measure(rounds: rounds) { print(line) }
        }
        clear()
    }

    private func clear() { try? FileManager.default.removeItem(atPath: directory) }

    // MARK: - Throughput

    private func measureThroughput() async throws {
        var plain: [Double] = []
        var checkpointed: [Double] = []
        let taken = Atomic<Int>(0)
        for _ in 0..<rounds {
            plain.append(try await secondsOfW1(nil))
            clear()
            var checkpoints = Checkpoints.directory(directory, every: .seconds(1))
            checkpoints.observer = { event in
                if case .completed = event { taken.add(1, ordering: .relaxed) }
            }
            checkpointed.append(try await secondsOfW1(checkpoints))
        }
        let ratio = median(plain) / median(checkpointed)
        print(
            String(
                format: "w1, %d events: %.2f s without, %.2f s with a checkpoint every second "
                    + "(%d taken): %.3f of the throughput", events, median(plain),
                median(checkpointed), taken.load(ordering: .relaxed) / rounds, ratio))
    }

    private func secondsOfW1(_ checkpoints: Checkpoints?) async throws -> Double {
        let topology = try Topologies.w1(events, into: Checksum())
        let start = ContinuousClock.now
        try await topology.run(RunOptions(checkpoints: checkpoints))
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    // MARK: - Large state

    private func measureState() async throws {
        clear()
        let recorded = Recorded()
        let stages = [
            ("full", keys), ("1 % of the keys", keys / 100), ("one key", 1), ("nothing", 0),
        ]
        var checkpoints = Checkpoints.directory(directory)
        checkpoints.observer = { recorded.note($0) }
        let gate = Gate()
        let keys = keys
        try await topology(gate).run(
            RunOptions(checkpoints: checkpoints),
            observing: { running in
                var allowed = 0
                for (name, count) in stages {
                    allowed += count
                    gate.allow(allowed)
                    while await running.metrics()["count"]?.received ?? 0 < allowed {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    try await running.checkpoint()
                    recorded.describe(name, keys: keys)
                }
                try await running.stop()
            })
        let start = ContinuousClock.now
        let restored = Gate()
        try await topology(restored).run(
            RunOptions(checkpoints: checkpoints),
            observing: { running in
                _ = await running.metrics()
                print(
                    String(
                        format: "restore of %d keys: %.2f s until the topology answers", keys,
                        (ContinuousClock.now - start) / .seconds(1)))
                try await running.stop()
            })
        clear()
    }

    private func topology(_ gate: Gate) throws -> Topology {
        try Topology("state") { flow in
            flow.source(GatedSource(gate: gate, keys: keys))
                .keyed(by: { $0 })
                .aggregate(.count(), name: "count")
                .forEachBatch { _ in }
        }
    }
}

/// What the checkpoints have said.
final class Recorded: Sendable {
    private let last = Mutex<(CheckpointManifest, CheckpointTimes)?>(nil)

    func note(_ event: CheckpointEvent) {
        if case .completed(let manifest, let times) = event {
            last.withLock { $0 = (manifest, times) }
        }
    }

    /// The last one in short.
    var summary: String {
        guard let (_, times) = last.withLock({ $0 }) else { return "not written" }
        return String(
            format: "pause %.3f ms, writing %.3f s, %.1f MB", times.pause / .milliseconds(1),
            times.writing / .seconds(1), Double(times.writtenBytes) / 1e6)
    }

    func describe(_ name: String, keys: Int) {
        guard let (manifest, times) = last.withLock({ $0 }) else { return }
        print(
            String(
                format: "%@ changed: pause %.3f ms, writing %.3f s, %.1f MB written of %.1f "
                    + "(%.1f bytes a key)", name, times.pause / .milliseconds(1),
                times.writing / .seconds(1), Double(times.writtenBytes) / 1e6,
                Double(manifest.byteCount) / 1e6, Double(manifest.byteCount) / Double(keys)))
    }
}

/// How far a source may read.
private final class Gate: Sendable {
    private let allowed = Atomic<Int>(0)

    func allow(_ count: Int) { allowed.store(count, ordering: .relaxed) }
    var limit: Int { allowed.load(ordering: .relaxed) }
}

/// Every key once, then again from the first.
private struct GatedSource: Source {
    let gate: Gate
    let keys: Int

    func splits(preferred: Int) -> [SourceSplit] { [SourceSplit(id: "0")] }

    func reader(for split: SourceSplit, from position: SourcePosition?) -> Reader {
        Reader(gate: gate, keys: keys, next: Int(position?.offset ?? 0))
    }

    struct Reader: SourceReader {
        let gate: Gate
        let keys: Int
        var next: Int

        mutating func read(
            into batch: inout Batch<Int>, limit: Int, reject: (String, StreamError) throws -> Void
        ) -> SourceStatus {
            let count = max(0, min(limit, gate.limit - next))
            let (start, keys) = (next, keys)
            batch.refill(count: count) { ((start + $0) % keys, .none) }
            next += count
            return count == 0 ? .waiting : .more
        }

        var position: SourcePosition { SourcePosition(offset: Int64(next)) }
    }
}
