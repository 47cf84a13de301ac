import Millrace
import Testing

/// What a run does when something goes wrong in the middle.
@Suite struct FailureTests {
    struct Boom: Error {}

    private func topology(
        failingIn place: String, policy: ErrorPolicy = .fail,
        into results: Collected<Int> = Collected()
    ) throws -> Topology {
        try Topology("failing") { flow in
            flow.source(
                .splits([Array(0..<5000), Array(5000..<10_000)]), name: "numbers",
                eventTime: {
                    if place == "numbers", $0 == 7000 { throw Boom() }
                    return Timestamp(millis: Int64($0))
                }, watermarks: .bounded(outOfOrderness: .seconds(100))
            )
            .onError(policy)
            .map(name: "double") { (number: Int) in
                if place == "double", number == 7000 { throw Boom() }
                return number * 2
            }
            .onError(policy)
            .keyed(by: { (number: Int) in
                if place == "counts", number == 14_000 { throw Boom() }
                return number % 10
            })
            .process("counts", state: Int.self, output: Int.self) { number, count, context in
                count = (count ?? 0) + 1
                context.emit(number)
            }
            .onError(policy)
            .forEachBatch(name: "sink") { batch in
                if place == "sink", batch.elements.contains(14_000) { throw Boom() }
                results.append(batch)
            }
        }
    }

    @Test(arguments: ["numbers", "double", "counts", "sink"], [1, 4])
    func anErrorComesOutWithTheOperatorsName(place: String, parallelism: Int) async throws {
        let topology = try topology(failingIn: place)
        await #expect {
            try await topology.run(RunOptions(parallelism: parallelism, channelCapacity: 1))
        } throws: { error in
            guard let error = error as? StreamError else { return false }
            return error.operatorName?.hasPrefix(place) == true
                && error.description.contains("Boom")
        }
    }

    /// A sink that cannot be opened.
    struct ShutSink: Sink {
        func writer(for instance: SinkInstance) throws -> ClosureSinkWriter<Int> { throw Boom() }
    }

    @Test func aSinkThatCannotBeOpenedIsNamed() async throws {
        let topology = try Topology("shut") { flow in
            flow.source(.elements(0..<3)).sink(ShutSink(), name: "results")
        }
        let error = await #expect(throws: StreamError.self) { try await topology.run() }
        #expect(error?.operatorName == "results")
        #expect(error?.description.contains("Boom") == true)
    }

    @Test(arguments: ["numbers", "double", "counts"], [1, 4])
    func aSkippedElementIsCountedAndNothingElseIsLost(
        place: String, parallelism: Int
    ) async throws {
        let results = Collected<Int>()
        let topology = try topology(failingIn: place, policy: .skipAndCount, into: results)
        let report = try await topology.run(
            RunOptions(parallelism: parallelism, channelCapacity: 1, batchSize: 100))
        #expect(results.elements.count == 9999)
        #expect(!results.elements.contains(14_000))
        let failed = report.operators.filter { $0.counters.failed > 0 }
        #expect(failed.map(\.counters.failed) == [1])
        #expect(failed.first?.name.hasPrefix(place) == true)
    }

    @Test func deadLettersCarryTheElementAndTheReason() async throws {
        let letters = Collected<DeadLetter>()
        let topology = try Topology("letters") { flow in
            flow.source(.elements(0..<10), eventTime: { Timestamp(millis: Int64($0)) })
                .map(name: "odd") { (number: Int) in
                    if number % 2 == 1 { throw Boom() }
                    return number
                }
                .deadLetters { $0.sink(.collect(into: letters)) }
                .forEach { _, _ in }
        }
        try await topology.run()
        #expect(letters.elements.compactMap { $0.element as? Int } == [1, 3, 5, 7, 9])
        #expect(letters.elements.allSatisfy { $0.operatorName == "odd" && $0.error is Boom })
    }

    @Sendable private static func number(_ index: Int) -> (Int, Timestamp) {
        (index, Timestamp(millis: Int64(index)))
    }

    /// An endless source and full channels: cancelling ends every task, and the call returns.
    @Test(arguments: [1, 3])
    func cancellationEndsARunWithFullChannels(parallelism: Int) async throws {
        let topology = try Topology("endless") { flow in
            let numbers = flow.source(.generator(count: Int.max, Self.number))
            numbers.keyed(by: { (number: Int) -> Int in number % 100 })
                .aggregate(Count())
                .forEach { _, _ in }
        }
        let run = Task {
            try await topology.run(RunOptions(parallelism: parallelism, channelCapacity: 1))
        }
        await Task.yield()
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
    }

    @Test(arguments: 1...4)
    func everyElementIsAccountedFor(parallelism: Int) async throws {
        let topology = try Topology("accounts") { flow in
            let numbers = flow.source(
                .splits([Array(0..<3000), Array(3000..<5000)]), name: "in",
                eventTime: { (number: Int) in Timestamp(millis: Int64((number * 7919) % 5000)) },
                watermarks: .bounded(outOfOrderness: .milliseconds(50)))
            let even = numbers.filter(name: "even") { (number: Int) in number % 2 == 0 }
            let checked = even.map(name: "checked") { (number: Int) -> Int in
                if number % 10 == 0 { throw Boom() }
                return number
            }
            checked.onError(.skipAndCount)
                .keyed(by: { (number: Int) -> Int in number % 7 })
                .window(.tumbling(.milliseconds(100)))
                .aggregate(.count(), name: "counts")
                .forEach(name: "out") { result, _ in #expect(result.value > 0) }
        }
        let report = try await topology.run(
            RunOptions(parallelism: parallelism, batchSize: 64))
        #expect(report["in"]?.emitted == 5000)
        let even = report["even"]
        #expect(even?.received == 5000)
        #expect(even?.filtered == 2500)
        #expect(even?.emitted == 2500)
        let checked = report["checked"]
        #expect(checked?.received == 2500)
        #expect(checked?.failed == 500)
        #expect(checked?.emitted == 2000)
        #expect(report["out"]?.received == report["counts"]?.emitted)
    }
}
