import Foundation
import Millrace
import Synchronization

/// Measures the memory that a process takes while a checkpoint is written and all keys are updated.
///
/// The resident set is read over and over by a thread. The first checkpoint says most: what it makes
/// the allocator ask for is there already when the next begins.
struct CheckpointMemory {
    var keys: Int
    var directory: String
    /// Whether keys and values take all of their bits, like identifiers and measurements; else they
    /// are w4's.
    var isWide: Bool
    var parallelism: Int

    func measure(rounds: Int) async throws -> [String] {
        let recorded = Recorded()
        var checkpoints = Checkpoints.directory(directory)
        checkpoints.observer = { recorded.note($0) }
        let keys = keys
        let lines = Mutex<[String]>([])
        try await topology().run(
            RunOptions(parallelism: parallelism, checkpoints: checkpoints),
            observing: { running in
                // All but one key of 20,000 have come by then.
                while await running.metrics()["sum"]?.received ?? 0 < 10 * keys {
                    try await Task.sleep(for: .milliseconds(5))
                }
                for round in 1...rounds {
                    try await Task.sleep(for: .milliseconds(300))
                    let sampler = ResidentSampler()
                    let received = await running.metrics()["sum"]?.received ?? 0
                    let start = ContinuousClock.now
                    try await running.checkpoint()
                    let seconds = (ContinuousClock.now - start) / .seconds(1)
                    let updated = (await running.metrics()["sum"]?.received ?? 0) - received
                    let (before, peak) = sampler.stop()
                    let ratio = Double(peak) / Double(before)
                    lines.withLock {
                        $0.append(
                            String(
                                format: "memory, checkpoint %d of %d %@ keys, %.1f M updates a "
                                    + "second meanwhile: %.1f MB before, at most %.1f MB (%.2f); "
                                    + "%@", round, keys, isWide ? "wide" : "narrow",
                                Double(updated) / seconds / 1e6, Double(before) / 1e6,
                                Double(peak) / 1e6, ratio, recorded.summary))
                    }
                }
                try await running.stop()
            })
        return lines.withLock { $0 }
    }

    private func topology() throws -> Topology {
        let (keys, isWide) = (UInt64(keys), isWide)
        return try Topology("memory") { flow in
            flow.source(
                .generator(count: .max) { @Sendable index in
                    let r = Draw.draw(4, index)
                    let key = Draw.key(r, keys)
                    var made = Draw.event(r, key: isWide ? Draw.mix(key) : key, millis: 0)
                    if isWide { made.0.amount = Int64(bitPattern: r) }
                    return made
                }, watermarks: .none
            )
            .keyed(by: { $0.product })
            .window(.global)
            .aggregate(TotalAmount(), name: "sum")
            .forEachBatch { _ in }
        }
    }
}

/// Reads the resident set on a thread of its own until it is stopped.
private final class ResidentSampler: Sendable {
    private struct State {
        var peak: Int
        var isStopped = false
        var hasEnded = false
    }

    private let before: Int
    private let state: Mutex<State>

    init() {
        before = residentBytes()
        state = Mutex(State(peak: before))
        Thread { [self] in
            var goesOn = true
            while goesOn {
                let now = residentBytes()
                goesOn = state.withLock { state in
                    state.peak = max(state.peak, now)
                    state.hasEnded = state.isStopped
                    return !state.isStopped
                }
                usleep(200)
            }
        }.start()
    }

    func stop() -> (before: Int, peak: Int) {
        state.withLock { $0.isStopped = true }
        while !state.withLock({ $0.hasEnded }) { usleep(200) }
        return (before, state.withLock { $0.peak })
    }
}

/// The memory that the process uses.
private func residentBytes() -> Int {
    let file = open("/proc/self/statm", O_RDONLY)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 128)
    let count = read(file, &text, text.count)
    let fields = String(decoding: text.prefix(max(0, count)), as: UTF8.self)
        .split(separator: " ").compactMap { Int($0) }
    return fields.count > 1 ? fields[1] * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
}
