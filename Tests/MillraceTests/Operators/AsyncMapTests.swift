import Millrace
import Synchronization
import Testing

@Suite struct AsyncMapTests {
    struct Boom: Error {}

    /// Counts the calls that run at a time.
    final class Gauge: Sendable {
        private let state = Mutex((now: 0, most: 0))
        var most: Int { state.withLock { $0.most } }
        func enter() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test(arguments: [true, false], [1, 3])
    func everyElementIsMappedWithinTheLimit(ordered: Bool, parallelism: Int) async throws {
        let gauge = Gauge()
        let results = Collected<Int>()
        let topology = try Topology("calls") { flow in
            flow.source(.elements(0..<2000), eventTime: { Timestamp(millis: Int64($0)) })
                .asyncMap(concurrency: 8, ordered: ordered) { (number: Int) async -> Int in
                    gauge.enter()
                    for _ in 0..<(number % 5) { await Task.yield() }
                    gauge.leave()
                    return -number
                }
                .sink(.collect(into: results))
        }
        try await topology.run(RunOptions(parallelism: parallelism, batchSize: 100))
        #expect(gauge.most <= 8)
        #expect(gauge.most > 1)
        let expected = (0..<2000).map { -$0 }
        #expect((ordered ? results.elements : results.elements.sorted(by: >)) == expected)
        #expect(zip(results.elements, results.timestamps).allSatisfy { -$0 == Int($1.millis) })
    }

    /// A window behind the calls loses nothing: no watermark overtakes an element.
    @Test func watermarksWaitForTheCallsBeforeThem() async throws {
        let results = Collected<Windowed<Int, Int>>()
        let topology = try Topology("calls") { flow in
            flow.source(.elements(0..<1000), eventTime: { Timestamp(millis: Int64($0)) })
                .asyncMap(concurrency: 4, ordered: false) { (number: Int) async -> Int in
                    await Task.yield()
                    return number
                }
                .keyed(by: { _ in 0 }).window(.tumbling(.milliseconds(100))).aggregate(.count())
                .sink(.collect(into: results))
        }
        let report = try await topology.run(RunOptions(batchSize: 64))
        #expect(results.elements.map(\.value) == Array(repeating: 100, count: 10))
        #expect(report.operators.allSatisfy { $0.counters.late == 0 })
    }

    @Test func failuresFollowThePolicy() async throws {
        let results = Collected<Int>()
        func topology(_ policy: ErrorPolicy) throws -> Topology {
            try Topology("calls") { flow in
                flow.source(.elements(0..<10))
                    .asyncMap(concurrency: 3, name: "call") { (number: Int) async throws -> Int in
                        if number == 5 { throw Boom() }
                        return number
                    }
                    .onError(policy)
                    .sink(.collect(into: results))
            }
        }
        await #expect {
            try await topology(.fail).run()
        } throws: { error in
            (error as? StreamError)?.operatorName == "call"
        }
        let before = results.elements.count
        let report = try await topology(.skipAndCount).run()
        #expect(results.elements.dropFirst(before) == [0, 1, 2, 3, 4, 6, 7, 8, 9])
        #expect(report["call"]?.failed == 1)
    }

    @Test func aCallThatTakesTooLongIsGivenUp() async throws {
        let topology = try Topology("calls") { flow in
            flow.source(.elements([1]))
                .asyncMap(concurrency: 1, timeout: .zero, name: "call") {
                    (number: Int) async throws -> Int in
                    // Nothing ever comes, until the call is cancelled.
                    let (stream, continuation) = AsyncStream<Int>.makeStream()
                    defer { continuation.finish() }
                    for await _ in stream {}
                    return number
                }
                .forEach { _, _ in }
        }
        await #expect {
            try await topology.run()
        } throws: { error in
            ((error as? StreamError)?.cause as? StreamError)?.code == .timedOut
        }
    }
}
