import Millrace
import MillraceTesting
import Synchronization
import Testing

/// A directory of checkpoints in simulated files, and what the runs on it have reported.
final class CheckpointWorld: Sendable {
    let files = SimulatedFiles()
    private let reported = Mutex<[CheckpointEvent]>([])

    func storage(_ path: String = "state") -> DirectoryStorage {
        DirectoryStorage(path, files: files)
    }

    /// Options of a run that takes checkpoints only when it is asked.
    func options(
        parallelism: Int = 1, _ change: (inout Checkpoints) -> Void = { _ in }
    ) -> RunOptions {
        var checkpoints = Checkpoints(
            storage: storage(),
            observer: { event in self.reported.withLock { $0.append(event) } })
        change(&checkpoints)
        return RunOptions(parallelism: parallelism, checkpoints: checkpoints, files: files)
    }

    var restored: [UInt64] {
        reported.withLock { events in
            events.compactMap {
                if case .restored(let manifest, _) = $0 { manifest.id } else { nil }
            }
        }
    }

    var skipped: [StreamError] {
        reported.withLock { events in
            events.compactMap { if case .skipped(let error) = $0 { error } else { nil } }
        }
    }

    var failed: [StreamError] {
        reported.withLock { events in
            events.compactMap { if case .failed(let error) = $0 { error } else { nil } }
        }
    }

    var writtenBytes: [Int64] {
        reported.withLock { events in
            events.compactMap {
                if case .completed(_, let times) = $0 { times.writtenBytes } else { nil }
            }
        }
    }

    var hasBegunAnew: Bool {
        reported.withLock { events in
            events.contains { if case .beganAnew = $0 { true } else { false } }
        }
    }

    /// The lines of the output, sorted.
    var output: [String] {
        (files.text("out.jsonl") ?? "").split(separator: "\n").map(String.init).sorted()
    }

    /// How the output differs from that of an undisturbed run, in short.
    func difference() async throws -> String {
        let changes = output.difference(from: try await GatedTopology.undisturbed())
        let some = changes.prefix(3).map { "\($0)" }.joined(separator: ", ")
        return changes.isEmpty ? "" : "\(changes.count) changes: \(some)"
    }

    /// The checkpoints' files.
    func names() throws -> [String] {
        try files.list("state").filter { $0.hasPrefix("checkpoint-") }
    }

    /// Changes a byte in the middle of a file.
    func damage(_ name: String) throws {
        var bytes = try #require(files.content("state/" + name))
        bytes[bytes.count / 2] ^= 0x10
        files.put(bytes, at: "state/" + name)
    }
}

/// Ends a run in the middle, as a crash would.
struct Abandoned: Error {}

/// A topology with a window, timers and state, whose source is read as far as its gate allows.
struct GatedTopology {
    static let events = (0..<2).map {
        Event.random(200, keys: 8, disorder: 0, seed: UInt64($0))
    }
    /// How many elements the keyed operators receive when each split has been read up to `count`.
    static func received(_ count: Int) -> Int { 2 * count }

    let gate: GatedSource.Gate
    var process = "visits"
    var name = "gated"

    init(_ allowed: Int = .max, process: String = "visits", name: String = "gated") {
        gate = GatedSource.Gate(allowed)
        self.process = process
        self.name = name
    }

    func topology() throws -> Topology {
        try Topology(name) { flow in
            let events = flow.source(
                GatedSource(splits: Self.events, gate: gate), name: "in", watermarks: .monotonic)
            let keyed = events.keyed(by: { (event: Event) -> Int in event.key })
            let sessions = keyed.window(.session(gap: .seconds(9)))
                .aggregate(.collect(), name: "sessions")
                .map(name: "rows") { window in
                    let values = window.value.map(\.value).sorted()
                    return TextRow(text: "session \(window.key) \(window.window) \(values)")
                }
            let visits = keyed.process(
                process, state: Int.self, output: String.self,
                onElement: { event, count, context in
                    let new = (count ?? 0) + 1
                    count = new
                    if new % 10 == 0 { context.emit("visits \(event.key) \(new)") }
                    context.setTimer(at: Timestamp(millis: event.time + 20_000))
                },
                onTimer: { timer, count, context in
                    // How many have come until then depends on the batches; that any have does not.
                    context.emit("visit \(timer.key) \(timer.timestamp) \((count ?? 0) > 0)")
                })
            sessions.union(visits.map(name: "lines") { TextRow(text: $0) })
                .sink(.jsonLines("out.jsonl"), name: "out")
        }
    }

    /// The output of a run from the beginning to the end.
    static func undisturbed() async throws -> [String] {
        let world = CheckpointWorld()
        try await GatedTopology().topology().run(world.options())
        return world.output
    }
}

/// What `body` throws.
func failure(_ body: () async throws -> Void) async -> StreamError? {
    do { try await body() } catch { return error as? StreamError }
    return nil
}
