import Millrace
import Synchronization
import Testing

/// Results that are consumed while the topology runs.
@Suite(.timeLimit(.minutes(10))) struct ResultSequenceTests {
    struct Broken: Error {}

    /// Shared by a task and its test.
    final class Counter: Sendable { let count = Atomic(0) }

    /// Numbers in order into `results`.
    private func numbers(
        _ count: Int, into results: ResultSequence<Int>, parallelism: Int = 1,
        _ map: @escaping @Sendable (Int) throws -> Int = { $0 }
    ) throws -> Topology {
        try Topology("numbers") { flow in
            flow.source(
                .generator(count: count) { @Sendable in
                    ($0, Timestamp(millis: Int64($0)))
                }
            )
            .map(name: "map", map)
            .sink(.asyncSequence(into: results), name: "out", parallelism: parallelism)
        }
    }

    @Test(arguments: [0, 1, 511, 10_000], [1, 7, 1024])
    func everyResultComesInOrder(count: Int, capacity: Int) async throws {
        let results = ResultSequence<Int>(capacity: capacity)
        let read = try await numbers(count, into: results).run(consuming: results) { results in
            var read: [Int] = []
            for try await number in results { read.append(number) }
            return read
        }
        #expect(read == Array(0..<count))
    }

    @Test(arguments: [1, 2, 4])
    func parallelWritersShareTheSequence(parallelism: Int) async throws {
        let results = ResultSequence<Int>(capacity: 16)
        let topology = try numbers(5000, into: results, parallelism: parallelism)
        let options = RunOptions(parallelism: parallelism, batchSize: 8)
        let read = try await topology.run(options, consuming: results) { results in
            var read: [Int] = []
            for try await number in results { read.append(number) }
            return read
        }
        #expect(read.sorted() == Array(0..<5000))
    }

    @Test func batchesCarryTheirTimes() async throws {
        let results = ResultSequence<Int>(capacity: 10)
        let topology = try numbers(100, into: results)
        let read = try await topology.run(consuming: results) { results in
            var iterator = results.makeAsyncIterator()
            var all: [Int64] = [Int64(try await iterator.next() ?? -1)]
            while let batch = try await iterator.nextBatch() {
                #expect(!batch.isEmpty)
                #expect(batch.elements.map(Int64.init) == batch.timestamps.map(\.millis))
                all += batch.timestamps.map(\.millis)
            }
            #expect(try await iterator.next() == nil)
            return all
        }
        #expect(read == Array(0..<100))
    }

    /// The topology is never further ahead of its consumer than buffers and batches allow.
    @Test(arguments: [1, 3])
    func aSlowConsumerHoldsTheTopologyBack(parallelism: Int) async throws {
        let results = ResultSequence<Int>(capacity: 100)
        let made = Atomic(0)
        let topology = try Topology("fast") { flow in
            flow.source(.generator(count: 1_000_000, splits: 1) { @Sendable in ($0, .none) })
                .map { number in
                    made.add(1, ordering: .relaxed)
                    return number
                }
                .keyed(by: { $0 })
                .process("pass", state: Int.self, output: Int.self) { number, _, context in
                    context.emit(number)
                }
                .sink(.asyncSequence(into: results))
        }
        let options = RunOptions(parallelism: parallelism, channelCapacity: 2, batchSize: 10)
        let lead = try await topology.run(options, consuming: results) { results in
            var lead = 0
            var taken = 0
            for try await _ in results {
                taken += 1
                // It runs ahead as far as it may, however busy the machine is.
                while made.load(ordering: .relaxed) < taken + 100 { await Task.yield() }
                for _ in 0..<20 { await Task.yield() }
                lead = max(lead, made.load(ordering: .relaxed) - taken)
                if taken == 300 { break }
            }
            return lead
        }
        #expect(lead >= 100)
        // Two buffers, and per worker the partial and full batches of its lanes.
        #expect(lead < 10_000)
    }

    @Test func aConsumerThatStopsEndsTheTopology() async throws {
        let results = ResultSequence<Int>(capacity: 8)
        let made = Atomic(0)
        let topology = try numbers(100_000_000, into: results) { number in
            made.add(1, ordering: .relaxed)
            return number
        }
        let third = try await topology.run(consuming: results) { results in
            for try await number in results where number == 3 { return number }
            return -1
        }
        #expect(third == 3)
        #expect(made.load(ordering: .relaxed) < 1_000_000)
        // The sequence is free for another run.
        let first = try await topology.run(consuming: results) { results in
            try await results.first { _ in true }
        }
        #expect(first == 0)
    }

    @Test func aConsumerThatNeverIteratesEndsTheTopology() async throws {
        let results = ResultSequence<Int>(capacity: 8)
        try await numbers(100_000_000, into: results).run(consuming: results) { _ in }
    }

    @Test func aFailureOfTheTopologyEndsTheIteration() async throws {
        let results = ResultSequence<Int>(capacity: 8)
        let seen = Mutex<(any Error)?>(nil)
        let topology = try numbers(1_000, into: results) { number in
            if number == 600 { throw Broken() }
            return number
        }
        await #expect {
            try await topology.run(consuming: results) { results in
                do {
                    for try await _ in results {}
                    Issue.record("the sequence ended as if nothing had happened")
                } catch {
                    seen.withLock { $0 = error }
                    throw error
                }
            }
        } throws: { error in
            let error = error as? StreamError
            return error?.operatorName == "map" && error?.cause is Broken
        }
        #expect(seen.withLock { $0 is CancellationError })
    }

    @Test(arguments: [false, true])
    func anErrorOfTheConsumerComesOut(isCancellation: Bool) async throws {
        let results = ResultSequence<Int>(capacity: 8)
        let topology = try numbers(100_000_000, into: results)
        await #expect {
            try await topology.run(consuming: results) { results in
                for try await number in results where number == 5 {
                    throw isCancellation ? CancellationError() as any Error : Broken()
                }
            }
        } throws: { isCancellation ? $0 is CancellationError : $0 is Broken }
    }

    @Test func cancellationEndsBoth() async throws {
        let results = ResultSequence<Int>(capacity: 8)
        let (stream, continuation) = AsyncStream<Int>.makeStream()
        let topology = try Topology("endless") { flow in
            flow.source(.asyncSequence(stream)).sink(.asyncSequence(into: results))
        }
        let seen = Counter()
        let running = Task {
            try await topology.run(consuming: results) { results in
                for try await _ in results { seen.count.add(1, ordering: .relaxed) }
            }
        }
        continuation.yield(1)
        while seen.count.load(ordering: .relaxed) < 1 { await Task.yield() }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        continuation.finish()
    }

    /// What follows the loop is not interrupted by the end of the topology, and other sinks are closed.
    @Test func theConsumerMayTakeItsTimeAtTheEnd() async throws {
        let results = ResultSequence<Int>(capacity: 8)
        let others = Collected<Int>()
        let topology = try Topology("two sinks") { flow in
            let numbers = flow.source(.elements(0..<1000))
            numbers.sink(.asyncSequence(into: results))
            numbers.sink(.collect(into: others))
        }
        let sum = try await topology.run(consuming: results) { results in
            var sum = 0
            for try await number in results { sum += number }
            for _ in 0..<1000 { await Task.yield() }
            try Task.checkCancellation()
            return sum
        }
        #expect(sum == 499_500)
        #expect(others.elements.count == 1000)
    }

    @Test func misuseIsRefused() async throws {
        let results = ResultSequence<Int>()
        let topology = try numbers(10, into: results)
        await #expect { try await topology.run() } throws: {
            "\($0)".contains("nobody consumes the results")
        }
        await #expect { try await results.first { _ in true } } throws: {
            "\($0)".contains("within run(consuming:) only")
        }
        let other = ResultSequence<Int>()
        let unconnected = try Topology("unconnected") { flow in
            flow.source(.elements(0..<10)).forEach { _, _ in }
        }
        await #expect {
            try await unconnected.run(consuming: other) { results in
                for try await _ in results {}
            }
        } throws: { "\($0)".contains("no sink writes to the results") }
        let twice = try Topology("twice") { flow in
            let numbers = flow.source(.elements(0..<10))
            numbers.sink(.asyncSequence(into: results))
            numbers.sink(.asyncSequence(into: results))
        }
        await #expect {
            try await twice.run(consuming: results) { results in for try await _ in results {} }
        } throws: { "\($0)".contains("two sinks write") }
        await #expect {
            try await topology.run(consuming: results) { results in
                try await topology.run(consuming: results) { _ in }
            }
        } throws: { "\($0)".contains("consumed already") }
    }
}
