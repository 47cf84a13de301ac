import Millrace
import MillraceTesting
import Testing

@Suite struct KeyedProcessTests {
    struct Boom: Error {}

    /// More elements than a batch holds, each of which gives more than a batch holds.
    private static let elements = Array(0..<600)

    @Test func stateThatIsLeftNilIsNotKept() async throws {
        let counts = Collected<Int>()
        let topology = try Topology("nil") { flow in
            flow.source(.elements(Self.elements))
                .keyed(by: { $0 % 7 })
                .process("odd", state: Int.self, output: Int.self) { number, count, context in
                    // Every third element of a key clears its state.
                    count = count == 2 ? nil : (count ?? 0) + 1
                    context.emit(count ?? 0)
                }
                .sink(.collect(into: counts))
        }
        try await topology.run()
        #expect(counts.elements == Self.elements.map { ($0 / 7 + 1) % 3 })
    }

    @Test func aRejectedElementKeepsItsStateAndWhatItHasEmitted() async throws {
        let counts = Collected<Int>()
        let topology = try Topology("rejected") { flow in
            flow.source(.elements(Self.elements))
                .keyed(by: { $0 % 7 })
                .process("counts", state: Int.self, output: Int.self) { number, count, context in
                    count = (count ?? 0) + 1
                    context.emit(count ?? 0)
                    if number % 2 == 1 { throw Boom() }
                }
                .onError(.skipAndCount)
                .sink(.collect(into: counts))
        }
        let report = try await topology.run()
        #expect(counts.elements == Self.elements.map { $0 / 7 + 1 })
        #expect(report["counts"]?.failed == 300)
    }

    /// What fails behind the operator is not the fault of an element.
    @Test func aFailureDownstreamIsNotSkipped() async throws {
        let topology = try Topology("downstream") { flow in
            flow.source(.elements(Self.elements))
                .keyed(by: { $0 % 7 })
                .process("many", state: Int.self, output: Int.self) { number, _, context in
                    for copy in 0..<600 { context.emit(copy) }
                }
                .onError(.skipAndCount)
                .forEachBatch(name: "sink") { _ in throw Boom() }
        }
        await #expect {
            try await topology.run()
        } throws: { ($0 as? StreamError)?.operatorName == "sink" }
    }

    @Test(arguments: [1, 3])
    func aDriverReadsTheStateOfAllPartitions(parallelism: Int) async throws {
        let driver = try await TopologyDriver<Int, Int>(parallelism: parallelism) { numbers in
            numbers.keyed(by: { $0 % 7 })
                .process("counts", state: Int.self, output: Int.self) { _, count, _ in
                    count = (count ?? 0) + 1
                }
        }
        for number in 0..<20 { try driver.send(number, at: Int64(number)) }
        let state = try driver.state("counts", key: Int.self, value: Int.self)
        #expect((0..<8).map { state.get($0) } == [3, 3, 3, 3, 3, 3, 2, nil])
        #expect(throws: StreamError.self) {
            try driver.state("other", key: Int.self, value: Int.self)
        }
        #expect(throws: StreamError.self) {
            try driver.state("counts", key: Int.self, value: String.self)
        }
    }

    /// At the end of the input all timers fire, but a timer that sets itself again does not go on for ever.
    @Test func aPeriodicTimerEndsWithTheInput() async throws {
        let driver = try await TopologyDriver<Int, Int64> { numbers in
            numbers.keyed(by: { $0 }).process(
                "ticks", state: Int.self, output: Int64.self,
                onElement: { _, _, context in context.setTimer(at: context.timestamp + .seconds(1))
                },
                onTimer: { timer, _, context in
                    context.emit(timer.timestamp.millis)
                    context.setTimer(at: timer.timestamp + .seconds(1))
                })
        }
        try driver.send([(1, 0)])
        try driver.advance(to: 3_500)
        #expect(driver.takeOutput() == [1_000, 2_000, 3_000])
        try driver.finish()
        #expect(driver.takeOutput() == [4_000])
    }
}
