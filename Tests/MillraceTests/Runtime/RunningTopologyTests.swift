import Millrace
import MillraceTesting
import Testing

/// Reading metrics and state of a topology that runs, from beside it.
@Suite struct RunningTopologyTests {
    /// A source that gives its elements, then waits until it is released.
    struct Held: Source {
        let count: Int
        let gate: Gate

        func splits(preferred: Int) -> [SourceSplit] { [SourceSplit(id: "0")] }
        func reader(for split: SourceSplit, from position: SourcePosition?) -> Reader {
            Reader(count: count, gate: gate)
        }

        struct Reader: SourceReader {
            let count: Int
            let gate: Gate
            var made = 0

            mutating func read(
                into batch: inout Batch<Int>, limit: Int,
                reject: (String, StreamError) throws -> Void
            ) -> SourceStatus {
                let next = min(limit, count - made)
                let start = made
                batch.refill(count: next) { (start + $0, Timestamp(millis: Int64(start + $0))) }
                made += next
                if made < count { return .more }
                return gate.isOpen ? .finished : .waiting
            }

            mutating func waitForMore(atMost limit: Duration, by clock: TimeSource) async {
                await Task.yield()
            }

            var position: SourcePosition { SourcePosition(offset: Int64(made)) }
        }
    }

    final class Gate: Sendable {
        private let open = Collected<Bool>()
        var isOpen: Bool { !open.elements.isEmpty }
        func release() { open.append(Batch(elements: [true], timestamps: [.none])) }
    }

    @Test(arguments: [1, 3])
    func stateAndMetricsAreReadWhileTheSourceWaits(parallelism: Int) async throws {
        let gate = Gate()
        let topology = try Topology("held") { flow in
            flow.source(Held(count: 1000, gate: gate), name: "in")
                .keyed(by: { (number: Int) -> Int in number % 10 })
                .aggregate(.count(), name: "counts")
                .forEach { _, _ in }
        }
        let report = try await topology.run(RunOptions(parallelism: parallelism)) { running in
            defer { gate.release() }
            while await running.metrics()["counts"]?.received != 1000 { await Task.yield() }
            let counts = try await running.state("counts", key: Int.self, value: Int.self)
            #expect(counts.count == 10)
            #expect(counts.get(3) == 100)
            #expect(counts.get(11) == nil)
            var sum = 0
            counts.forEach { _, count in sum += count }
            #expect(sum == 1000)
            await #expect(throws: StreamError.self) {
                try await running.state("counts", key: String.self, value: Int.self)
            }
            await #expect(throws: StreamError.self) {
                try await running.state("nothing", key: Int.self, value: Int.self)
            }
            let metrics = await running.metrics()
            #expect(metrics.operators.first { $0.name == "counts" }?.stateCount == 10)
        }
        #expect(report["in"]?.received == 1000)
    }

    @Test func anEndedTopologyStillAnswers() async throws {
        let topology = try Topology("short") { flow in
            flow.source(.elements(0..<10), name: "in").forEach { _, _ in }
        }
        try await topology.run { running in
            while await running.metrics()["in"]?.received != 10 {
                if Task.isCancelled { break }
                await Task.yield()
            }
        }
    }

    @Test func aSinkThatCannotBeOpenedEndsTheObserverToo() async throws {
        struct Closed: Sink {
            func writer(for instance: SinkInstance) throws -> ClosureSinkWriter<Int> {
                throw StreamError(.inputOutput, "closed")
            }
        }
        let topology = try Topology("closed") { flow in
            flow.source(.elements(0..<10)).sink(Closed(), name: "out")
        }
        await #expect(throws: StreamError.self) {
            try await topology.run { running in
                while !Task.isCancelled { _ = await running.metrics() }
            }
        }
    }

    /// Processing-time timers fire in a real run while nothing comes, by the injected clock.
    @Test(arguments: [1, 2])
    func processingTimersFireWhileTheSourceWaits(parallelism: Int) async throws {
        let gate = Gate()
        let clock = ManualClock(at: Timestamp(millis: 1000))
        let fired = Collected<Int>()
        let topology = try Topology("timers") { flow in
            flow.source(Held(count: 4, gate: gate), name: "in")
                .keyed(by: { $0 })
                .process(
                    "timers", state: Int.self, output: Int.self,
                    onElement: { _, state, context in
                        state = 1
                        context.setTimer(
                            at: Timestamp(millis: 5000), domain: .processingTime)
                    },
                    onTimer: { timer, _, context in context.emit(timer.key) }
                )
                .sink(.collect(into: fired))
        }
        let options = RunOptions(parallelism: parallelism, timeSource: clock.source)
        try await topology.run(options) { running in
            defer { gate.release() }
            while await running.metrics()["timers"]?.received != 4 { await Task.yield() }
            #expect(fired.elements.isEmpty)
            clock.set(to: Timestamp(millis: 5000))
            while fired.elements.count < 4, !Task.isCancelled { await Task.yield() }
        }
        #expect(fired.elements.sorted() == [0, 1, 2, 3])
    }

    /// What has been read may be anywhere between the source and the state; settling waits for it.
    @Test(arguments: [1, 3])
    func settlingWaitsForWhatHasBeenRead(parallelism: Int) async throws {
        let gate = Gate()
        let topology = try Topology("settling") { flow in
            flow.source(Held(count: 3000, gate: gate), name: "in")
                .keyed(by: { $0 % 10 })
                .process("first", state: Int.self, output: Int.self) { number, count, context in
                    count = (count ?? 0) + 1
                    context.emit(number)
                }
                .keyed(by: { $0 % 7 })
                .process("second", state: Int.self, output: Int.self) { _, count, _ in
                    count = (count ?? 0) + 1
                }
                .forEach { _, _ in }
        }
        let options = RunOptions(parallelism: parallelism, channelCapacity: 2, batchSize: 16)
        let storage = DirectoryStorage("state", files: SimulatedFiles())
        let checkpoints = Checkpoints(storage: storage)
        var checkpointed = options
        checkpointed.checkpoints = checkpoints
        try await topology.run(checkpointed) { running in
            while await running.metrics().splits.first?.progress != 3000 { await Task.yield() }
            try await running.settle()
            let counts = try await running.state("second", key: Int.self, value: Int.self)
            var sum = 0
            counts.forEach { _, count in sum += count }
            #expect(sum == 3000)
            // Marks come between checkpoints, and nothing is stored for them.
            try await running.checkpoint()
            try await running.settle()
            gate.release()
        }
        // The one that was asked for, and the last one.
        let manifests = try storage.names().filter { $0.contains("manifest") }
        #expect(manifests.count == 2)
    }

    @Test func settlingNeedsCheckpoints() async throws {
        let gate = Gate()
        let topology = try Topology("settling") { flow in
            flow.source(Held(count: 3, gate: gate)).forEach { _, _ in }
        }
        try await topology.run { running in
            defer { gate.release() }
            await #expect { try await running.settle() } throws: {
                "\($0)".contains("give the run a storage")
            }
        }
    }
}
