import Millrace
import Synchronization
import Testing

@Suite struct CheckpointCoordinatorTests {
    /// A disk may be slow: neither the workers' threads nor those of others are kept waiting for it.
    @Test func elementsFlowWhileACheckpointIsWritten() async throws {
        let world = CheckpointWorld()
        let events = (0..<20).map { Event(key: 1, value: $0, time: Int64($0)) }
        let source = GatedSource(splits: [events], gate: GatedSource.Gate(10))
        let seen = Counter()
        let options = world.options {
            $0.storage = HookedStorage.base(world.storage()) {
                guard seen.value == 10 else { return }
                source.gate.allow(15)
                let end = ContinuousClock.now + .seconds(20)
                while seen.value < 15 {
                    if ContinuousClock.now > end {
                        throw StreamError(.inputOutput, "the stream stands still")
                    }
                }
            }
        }
        let topology = try Topology("flow") { flow in
            flow.source(source, name: "in").forEach(name: "out") { _, _ in seen.increment() }
        }
        let thread = WorkerThreads(count: 1)
        try await withTaskExecutorPreference(thread) {
            _ = try await topology.run(options) { running in
                try await running.waitUntil("out", hasReceived: 10)
                _ = try await running.checkpoint()
                #expect(seen.value == 15)
                source.gate.allowAll()
            }
        }
        #expect(seen.value == 20)
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)

        var value: Int { count.load(ordering: .acquiring) }
        func increment() { count.add(1, ordering: .acquiringAndReleasing) }
    }
}
