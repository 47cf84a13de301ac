import Foundation
import Synchronization
import Testing

@testable import Millrace

/// What a run with checkpoints does to files that hold output already: nothing, if it is not its own.
@Suite struct FileOutputTests {
    struct Row: JSONEncodableRecord, Sendable {
        var number: Int

        func encode(to json: inout JSONWriter) { json.field("n", number) }
    }

    /// Runs a topology that writes the numbers below `count` to files.
    private func run(
        _ paths: [String], to count: Int = 100, state: String, start: Checkpoints.Start = .latest,
        restart: RestartPolicy? = nil, observer: (@Sendable (CheckpointEvent) -> Void)? = nil
    ) async throws {
        let topology = try Topology("files") { flow in
            let rows = flow.source(.elements(Array(0..<count)), name: "numbers").map {
                Row(number: $0)
            }
            for (index, path) in paths.enumerated() {
                rows.filter { $0.number % (index + 2) == 0 }.sink(.jsonLines(path))
            }
        }
        var checkpoints = Checkpoints.directory(state, every: .seconds(60))
        checkpoints.start = start
        checkpoints.observer = observer
        var options = RunOptions(checkpoints: checkpoints)
        options.restart = restart
        try await topology.run(options)
    }

    private func lines(_ path: String) throws -> Int {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count
    }

    private func failure(_ body: () async throws -> Void) async throws -> StreamError? {
        do {
            try await body()
            return nil
        } catch let error as StreamError { return error }
    }

    @Test func outputThatNoCheckpointKnowsIsRefused() async throws {
        try await CheckpointToolTests.withTemporaryDirectory { directory in
            let out = directory + "/a.jsonl"
            try await run([out], state: directory + "/state")
            #expect(try lines(out) == 50)
            let error = try await failure { try await run([out], state: directory + "/stat") }
            #expect(error?.code == .inputOutput)
            #expect(error?.description.contains("no checkpoint knows") == true)
            #expect(error?.operatorName == "sink-1")
            #expect(try lines(out) == 50)
            // With its own state it goes on, and told to begin anew it is replaced.
            try await run([out], to: 200, state: directory + "/state")
            try await run([out], to: 10, state: directory + "/other", start: .anew)
            #expect(try lines(out) == 5)
        }
    }

    @Test func sinksThatHaveChangedPlacesAreRefusedBeforeAnythingIsCutOff() async throws {
        try await CheckpointToolTests.withTemporaryDirectory { directory in
            let (a, b) = (directory + "/a.jsonl", directory + "/b.jsonl")
            let state = directory + "/state"
            try await run([a, b], state: state)
            let error = try await failure { try await run([b, a], state: state) }
            #expect(error?.code == .incompatibleState)
            #expect(error?.description.contains("name them") == true)
            #expect(try (lines(a), lines(b)) == (50, 34))
            try await run([a, b], state: state)
            #expect(try (lines(a), lines(b)) == (50, 34))
        }
    }

    @Test func oneFileHasOneWriter() async throws {
        try await CheckpointToolTests.withTemporaryDirectory { directory in
            let out = directory + "/a.jsonl"
            let error = try await failure {
                try await run([out, out], state: directory + "/state")
            }
            #expect(error?.code == .inputOutput)
            #expect(error?.description.contains("is locked") == true)
        }
    }

    /// A run that has ended gives up its storage and its files, whoever still looks at it.
    @Test func anEndedRunKeepsNothing() async throws {
        try await CheckpointToolTests.withTemporaryDirectory { directory in
            let topology = try Topology("files") { flow in
                flow.source(.elements(Array(0..<10)), name: "numbers").map { Row(number: $0) }
                    .sink(.jsonLines(directory + "/a.jsonl"))
            }
            let options = RunOptions(
                checkpoints: .directory(directory + "/state", every: .seconds(60)))
            let held = Mutex<[RunningTopology]>([])
            for _ in 0..<3 {
                try await topology.run(options) { running in held.withLock { $0.append(running) } }
            }
            #expect(held.withLock { $0.count } == 3)
            #expect(try lines(directory + "/a.jsonl") == 10)
        }
    }

    @Test func outputThatIsGoneIsMissed() async throws {
        try await CheckpointToolTests.withTemporaryDirectory { directory in
            let out = directory + "/a.jsonl"
            try await run([out], state: directory + "/state")
            try Data("{\"n\":0}\n".utf8).write(to: URL(fileURLWithPath: out))
            let error = try await failure { try await run([out], state: directory + "/state") }
            #expect(error?.description.contains("lacks committed output") == true)
            #expect(try lines(out) == 1)
            try FileManager.default.removeItem(atPath: out)
            let gone = try await failure { try await run([out], state: directory + "/state") }
            #expect(gone?.description.contains("lacks committed output") == true)
            #expect(gone?.storageFault == .missingOutput)
        }
    }

    @Test func outputThatIsGoneIsNoReasonToBeginAgain() async throws {
        try await CheckpointToolTests.withTemporaryDirectory { directory in
            let out = directory + "/a.jsonl"
            try await run([out], state: directory + "/state")
            try FileManager.default.removeItem(atPath: out)
            let restarts = Mutex(0)
            let error = try await failure {
                try await run(
                    [out], state: directory + "/state",
                    restart: .restart(maximum: 3, within: .seconds(60), delay: .milliseconds(1))
                ) { event in
                    if case .restarting = event { restarts.withLock { $0 += 1 } }
                }
            }
            #expect(error?.storageFault == .missingOutput)
            #expect(restarts.withLock { $0 } == 0)
        }
    }

    @Test func outputThatIsRemovedMeanwhileLeavesNoHole() async throws {
        try await CheckpointToolTests.withTemporaryDirectory { directory in
            let out = directory + "/a.jsonl"
            let transactions = try FileTransactions(
                path: out, files: SystemFileSystem(), mayReplace: false)
            try transactions.recover([])
            try transactions.stage([1, 2, 3])
            try transactions.commit(try transactions.prepare())
            try FileManager.default.removeItem(atPath: out)
            try transactions.stage([4])
            let next = try transactions.prepare()
            #expect(throws: StreamError.self) { try transactions.commit(next) }
            #expect(FileManager.default.contents(atPath: out) == Data())
        }
    }

    /// State that does not let itself be encoded.
    struct Stubborn: Codable, Sendable {
        var text = ""

        struct Refusal: Error {}

        init() {}
        init(from decoder: any Decoder) throws { throw Refusal() }
        func encode(to encoder: any Encoder) throws { throw Refusal() }
    }

    @Test func stateThatCannotBeEncodedNamesItsOperator() async throws {
        try await CheckpointToolTests.withTemporaryDirectory { directory in
            let topology = try Topology("stubborn") { flow in
                flow.source(.elements([1, 2]), name: "numbers").keyed(by: { $0 })
                    .process("keeper", state: Stubborn.self, output: Int.self) { _, state, _ in
                        state = Stubborn()
                    }
                    .forEach { _, _ in }
            }
            let error = try await failure {
                try await topology.run(
                    checkpoints: .directory(directory + "/state", every: .seconds(60)))
            }
            #expect(error?.operatorName == "keeper")
            #expect(error?.description.contains("Refusal") == true)
        }
    }
}
