import Millrace
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Topologies on threads of their own.
@Suite struct WorkerThreadsTests {
    /// What a thread is told by.
    private static var current: UInt { UInt(bitPattern: pthread_self().hashValue) }

    private func counts(of events: Range<Int>, parallelism: Int) async throws -> (
        counts: [Int: Int], threads: Set<UInt>
    ) {
        let results = Collected<Windowed<Int, Int>>()
        let threads = Mutex<Set<UInt>>([])
        let topology = try Topology("counts") { flow in
            flow.source(.elements(Array(events)), eventTime: { Timestamp(millis: Int64($0)) })
                .inspect { _, _ in _ = threads.withLock { $0.insert(Self.current) } }
                .keyed(by: { $0 % 7 })
                .window(.tumbling(.seconds(1)))
                .aggregate(.count(), name: "counts")
                .sink(.collect(into: results))
        }
        try await topology.run(RunOptions(parallelism: parallelism))
        var counts: [Int: Int] = [:]
        for result in results.elements { counts[result.key, default: 0] += result.value }
        return (counts, threads.withLock { $0 })
    }

    @Test(arguments: [1, 3])
    func aTopologyRunsOnTheThreadsItIsGiven(count: Int) async throws {
        let threads = WorkerThreads(count: count)
        let undisturbed = try await counts(of: 0..<20_000, parallelism: 2)
        let found = try await withTaskExecutorPreference(threads) {
            try await counts(of: 0..<20_000, parallelism: 2)
        }
        #expect(found.counts == undisturbed.counts)
        #expect(found.threads.count <= count)
        #expect(found.threads.isDisjoint(with: undisturbed.threads))
    }

    @Test func manyTopologiesShareThem() async throws {
        let threads = WorkerThreads(count: 2)
        let totals = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask(executorPreference: threads) {
                    try await self.counts(of: 0..<500, parallelism: 2).counts.values.reduce(0, +)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(totals == Array(repeating: 500, count: 20))
    }

    /// Jobs that wake each other all the time, more of them than threads.
    @Test func noJobIsLost() async {
        let threads = WorkerThreads(count: 2)
        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask(executorPreference: threads) {
                    for _ in 0..<50 { await Task.yield() }
                    return number
                }
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 199 * 100)
    }

    @Test func theThreadsEndWhenNobodyHoldsThem() async {
        let endings = Endings()
        await withTaskExecutorPreference(WorkerThreads(count: 2)) {
            // The thread's own storage goes with the thread.
            endings.watch()
        }
        while endings.count == 0 { await Task.yield() }
        #expect(endings.count == 1)
    }

    /// Counts the threads that have ended of those that were watched.
    private final class Endings: Sendable {
        private static let ended = Atomic<Int>(0)
        private let before = Endings.ended.load(ordering: .acquiring)

        var count: Int { Self.ended.load(ordering: .acquiring) - before }

        /// Watches the thread that calls this.
        func watch() {
            var key = pthread_key_t()
            pthread_key_create(&key) { _ in
                Endings.ended.add(1, ordering: .releasing)
            }
            // Anything but nil: the destructor is called for what is set.
            pthread_setspecific(key, UnsafeRawPointer(bitPattern: 1))
        }
    }
}
