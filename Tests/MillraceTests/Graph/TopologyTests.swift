import Millrace
import Testing

/// What is wrong with a graph is said when it is built, by the operator's name.
@Suite struct TopologyTests {
    private func problem(_ build: (DataStream<Int>) -> Void) -> StreamError? {
        do {
            _ = try Topology("test") { flow in
                build(flow.source(.elements([1]), name: "in"))
            }
            return nil
        } catch {
            return error as? StreamError
        }
    }

    @Test func aStreamThatLeadsNowhereIsRefused() {
        let error = problem { _ = $0.map(name: "lost") { $0 } }
        #expect(error?.code == .invalidTopology)
        #expect(error?.operatorName == "lost")
    }

    @Test func twoOperatorsOfOneNameAreRefused() {
        let error = problem {
            $0.filter(name: "same") { _ in true }.filter(name: "same") { _ in true }
                .forEach { _, _ in }
        }
        #expect(error?.operatorName == "same")
    }

    @Test func badWindowsAreRefusedByName() {
        let kinds: [WindowKind<Int>] = [
            .tumbling(.zero), .tumbling(.seconds(1), offset: .seconds(1)),
            .sliding(size: .seconds(1), every: .seconds(-1)), .count(0),
        ]
        for kind in kinds {
            let error = problem {
                $0.keyed(by: { $0 }).window(kind).aggregate(.count(), name: "bad")
                    .forEach { _, _ in }
            }
            #expect(error?.code == .invalidTopology, "\(kind)")
            #expect(error?.operatorName == "bad", "\(kind)")
        }
    }

    @Test func badParallelismIsRefused() async throws {
        #expect(problem { $0.parallelism(0).forEach { _, _ in } }?.operatorName == "in")
        let topology = try Topology("test") { $0.source(.elements([1])).forEach { _, _ in } }
        await #expect(throws: StreamError.self) {
            try await topology.run(RunOptions(parallelism: 1000))
        }
    }

    @Test func anEmptyTopologyIsRefused() {
        #expect(throws: StreamError.self) { try Topology("empty") { _ in } }
    }

    @Test func aSideOutputOfAnotherTypeIsRefused() {
        let error = problem { stream in
            stream.sideOutput(SideOutput<Int>("side")).forEach { _, _ in }
            stream.sideOutput(SideOutput<String>("side")).forEach { _, _ in }
        }
        #expect(error?.operatorName == "in")
    }

    @Test func derivedNamesCountPerKind() throws {
        let topology = try Topology("test") { flow in
            flow.source(.elements([1])).filter { _ in true }.map { $0 }.filter { _ in true }
                .forEach { _, _ in }
        }
        let text = topology.describe()
        for name in ["source-1:", "filter-1:", "map-1:", "filter-2:", "sink-1:"] {
            #expect(text.contains(name))
        }
    }

    /// A diamond, a fan-out and a union, on one worker and on several.
    @Test(arguments: [1, 3])
    func aStreamThatIsUsedTwiceGivesEverythingToBoth(parallelism: Int) async throws {
        let union = Collected<Int>()
        let direct = Collected<Int>()
        let topology = try Topology("diamond") { flow in
            let numbers = flow.source(
                .splits([Array(0..<500), Array(500..<1000)]),
                eventTime: { Timestamp(millis: Int64($0)) })
            let even = numbers.filter { (number: Int) in number % 2 == 0 }
            let odd = numbers.filter { (number: Int) in number % 2 == 1 }.map { -$0 }
            even.union(odd).keyed(by: { $0 }).aggregate(.count()).map { $0.key }
                .sink(.collect(into: union))
            numbers.sink(.collect(into: direct))
        }
        try await topology.run(RunOptions(parallelism: parallelism))
        let expected = (0..<1000).map { $0 % 2 == 0 ? $0 : -$0 }
        #expect(union.elements.sorted() == expected.sorted())
        #expect(direct.elements.sorted() == Array(0..<1000))
    }
}
