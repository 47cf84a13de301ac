import Millrace
import MillraceTesting
import Testing

@Suite struct TopologyDriverTests {
    struct Unlucky: Error {}

    private static let odd = SideOutput<Int>("odd")

    /// Sums up numbers by their last digit, and forgets the sum a second after the first of them.
    private func sums(_ numbers: DataStream<Int>) -> DataStream<Int> {
        numbers
            .keyed(by: { $0 % 10 })
            .process(
                "sums", state: Int.self, output: Int.self,
                onElement: { number, sum, context in
                    if sum == nil { context.setTimer(at: context.timestamp + .seconds(1)) }
                    sum = (sum ?? 0) + number
                    if number % 2 == 1 { try context.emit(number, to: Self.odd) }
                },
                onTimer: { _, sum, context in
                    context.emit(sum ?? 0)
                    sum = nil
                })
    }

    @Test(arguments: [1, 4])
    func stateTimersAndSideOutputsAreRead(parallelism: Int) async throws {
        let odd = Collected<Int>()
        let driver = try await TopologyDriver<Int, Int>(parallelism: parallelism) { numbers in
            let sums = sums(numbers)
            sums.sideOutput(Self.odd).sink(.collect(into: odd))
            return sums
        }
        try driver.send(7, at: 100)
        try driver.send(17, at: 200)
        try driver.send(4, at: 50)
        let state = try driver.state("sums", key: Int.self, value: Int.self)
        #expect(state.get(7) == 24)
        #expect(state.get(4) == 4)
        #expect(state.count == 2)
        let timers = driver.timers(of: "sums", key: Int.self)
        #expect(timers.map(\.key) == [4, 7])
        #expect(timers.map(\.timestamp.millis) == [1050, 1100])
        #expect(odd.elements.sorted() == [7, 17])
        try await driver.snapshotAndRestore()
        #expect(driver.timers(of: "sums", key: Int.self) == timers)
        try driver.advance(to: 1060)
        #expect(driver.takeOutput() == [4])
        #expect(driver.timers(of: "sums", key: Int.self).map(\.key) == [7])
        // What was read before does not change.
        #expect(state.get(4) == 4)
    }

    /// State whose codec is wrong in one of the ways that a restart would find.
    struct Unsound: StateCodable {
        enum Fault: UInt8, CaseIterable { case cannotBeWritten, isNotReadWhole }
        var fault: Fault

        func encode(to writer: inout StateWriter) throws {
            if fault == .cannotBeWritten { throw CancellationError() }
            writer.write(fault.rawValue)
            writer.write(7)
        }

        init(fault: Fault) { self.fault = fault }

        init(from reader: inout StateReader) throws {
            guard let fault = Fault(rawValue: try reader.read(UInt8.self)) else {
                throw CancellationError()
            }
            self.fault = fault
        }
    }

    /// Keeps its state by itself, not by keys.
    struct Keeper: Operator {
        var state: Unsound

        mutating func process(_ batch: inout Batch<Int>, into output: inout Emitter<Int>) throws {
            try output.forward(&batch)
        }

        func snapshot() -> Unsound { state }
        mutating func restore(_ snapshots: [Unsound], owning groups: GroupOwnership) {}
    }

    @Test(arguments: Unsound.Fault.allCases, [false, true])
    func stateThatWouldNotSurviveARestartIsRefused(fault: Unsound.Fault, isKeyed: Bool) async throws
    {
        let driver = try await TopologyDriver<Int, Int> { numbers in
            isKeyed
                ? numbers.keyed(by: { $0 }).process("kept", state: Unsound.self, output: Int.self) {
                    $1 = Unsound(fault: fault)
                    $2.emit($0)
                } : numbers.apply("kept") { Keeper(state: Unsound(fault: fault)) }
        }
        for number in 0..<20 { try driver.send(number, at: 0) }
        await #expect(throws: (any Error).self) { try await driver.snapshotAndRestore() }
    }

    @Test func stateOfAnotherTypeOrNameIsRefused() async throws {
        let driver = try await TopologyDriver<Int, Int>(sums)
        #expect { try driver.state("sums", key: String.self, value: Int.self) } throws: {
            ($0 as? StreamError)?.operatorName == "sums"
        }
        #expect { try driver.state("totals", key: Int.self, value: Int.self) } throws: {
            "\($0)".contains("sums")
        }
    }

    @Test func callsAreMadeWhenTheTestSaysSo() async throws {
        let driver = try await TopologyDriver<Int, Int> { numbers in
            numbers.asyncMap(concurrency: 2, name: "double") { number in
                if number == 3 { throw Unlucky() }
                return number * 2
            }
            .onError(.skipAndCount)
        }
        try driver.send([(1, 10), (2, 20), (3, 30), (4, 40)])
        try driver.advance(to: 25)
        #expect(driver.takeEvents().isEmpty)
        // What has been asked for is part of the state.
        try await driver.snapshotAndRestore()
        try await driver.makeCalls()
        try driver.advance(to: 45)
        #expect(driver.takeOutput() == [2, 4, 8])
        #expect(driver.report["double"]?.failed == 1)
    }

    @Test func watermarksWaitForTheCallsBeforeThem() async throws {
        let driver = try await TopologyDriver<Int, Int> { numbers in
            numbers.asyncMap(concurrency: 1, name: "double") { $0 * 2 }
        }
        try driver.send(1, at: 10)
        try driver.advance(to: 10)
        try await driver.makeCalls()
        let events = driver.takeEvents()
        #expect(events.count == 2)
        guard case .element(let first)? = events.first, case .watermark(let time)? = events.last
        else {
            Issue.record("the watermark came before the result")
            return
        }
        #expect(first.element == 2)
        #expect(time == Timestamp(millis: 10))
    }
}
