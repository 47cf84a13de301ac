import Millrace
import MillraceTesting
import Testing

/// The code of the article "Checkpoints and delivery", as it stands there.
@Suite struct CheckpointArticleTests {
    struct Visits: Codable, VersionedState {
        var count: Int
        var last: Timestamp
        static var stateVersion: Int { 2 }
        static func migration(from version: Int) -> StateMigration<Visits>? {
            version == 1 ? .from(Int.self) { Visits(count: $0, last: .none) } : nil
        }
    }

    /// What the article's code is about: visits per user, with a source that waits.
    func topology(_ gate: GatedSource.Gate, into results: Collected<Int>) throws -> Topology {
        try Topology("visits") { flow in
            flow.source(GatedSource(splits: GatedTopology.events, gate: gate), name: "clicks")
                .keyed(by: { (event: Event) -> Int in event.key })
                .process(
                    "calls", state: Visits.self, output: Int.self,
                    onElement: { event, visits, context in
                        let count = (visits?.count ?? 0) + 1
                        visits = Visits(count: count, last: Timestamp(millis: event.time))
                        context.emit(count)
                    }
                )
                .sink(.collect(into: results), name: "out")
        }
    }

    @Test func theCodeOfTheArticle() async throws {
        try await CheckpointToolTests.withTemporaryDirectory { directory in
            let (state, before) = (directory + "/state", directory + "/before-release")
            let gate = GatedSource.Gate(50)
            let results = Collected<Int>()
            let topology = try topology(gate, into: results)

            var checkpoints = Checkpoints.directory(state, every: .seconds(10))
            checkpoints.retained = 5
            checkpoints.toleratedFailures = 2
            checkpoints.observer = { event in
                if case .skipped(let error) = event { print("checkpoint skipped:", error) }
            }
            checkpoints.renamedOperators = ["visits": "calls"]
            checkpoints.droppedOperators = ["experiment"]

            let first = RunOptions(parallelism: 2, checkpoints: checkpoints)
            try await topology.run(first) { running in
                try await running.waitUntil("calls", hasReceived: 100)
                try await running.savepoint(to: DirectoryStorage(before))
                try await running.stop()
            }
            #expect(results.elements.count == 100)

            let storage = DirectoryStorage(state)
            for checkpoint in try storage.checkpoints().whole {
                for damage in try checkpoint.damages() { Issue.record(damage) }
                let splits = try checkpoint.splits(of: "clicks")
                #expect(splits.map(\.position.offset) == [50, 50])
            }

            gate.allowAll()
            checkpoints.storage = DirectoryStorage(directory + "/state-of-release")
            checkpoints.start = .savepoint(DirectoryStorage(before))
            try await topology.run(RunOptions(parallelism: 4, checkpoints: checkpoints))
            #expect(results.elements.count == 400)
            try await topology.run(checkpoints: .directory(state, every: .seconds(10)))
            #expect(results.elements.count == 700)
        }
    }

    /// The table of the manifest's bytes.
    @Test func theFormatIsTheOneOfTheArticle() async throws {
        let world = CheckpointWorld()
        try await GatedTopology(50).topology().run(world.options()) { running in
            try await running.waitUntil("visits", hasReceived: 100)
            try await running.stop()
        }
        let bytes = try #require(world.files.content("state/checkpoint-0000000001.manifest"))
        func number(_ range: Range<Int>) -> Int {
            range.reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
        }
        #expect(bytes[0..<8].elementsEqual("MILLRACE".utf8))
        #expect(number(8..<12) == 1)
        #expect(number(12..<20) == bytes.count - 24)
        #expect(number(24..<32) == 1)
        #expect(bytes[32] == 0)
        #expect(Int(bytes[33]) == "gated".utf8.count)
        #expect(bytes[34..<39].elementsEqual("gated".utf8))
        #expect(bytes[47] == 128 && bytes[48] == 1)
    }
}
