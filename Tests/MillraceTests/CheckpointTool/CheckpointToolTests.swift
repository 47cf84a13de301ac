import CheckpointTool
import Foundation
import Millrace
import MillraceTesting
import Testing

/// What `millrace-checkpoint` shows of checkpoints of real runs, and that it notices damage anywhere.
@Suite struct CheckpointToolTests {
    static let events = (0..<2).map { Event.random(400, keys: 50, disorder: 0, seed: $0) }

    /// Two checkpoints of a run whose splits had been read up to 100 and 200, and a savepoint.
    static func run(in directory: String, _ files: any FileSystem) async throws {
        let gate = GatedSource.Gate(100)
        let topology = try Topology("counting") { flow in
            flow.source(
                GatedSource(splits: events, gate: gate), name: "in", watermarks: .monotonic
            )
            .keyed(by: { (event: Event) -> Int in event.key })
            .aggregate(.count(), name: "counts")
            .map { TextRow(text: "\($0)") }
            .sink(.jsonLines("\(directory)/out.jsonl"), name: "out")
        }
        let options = RunOptions(
            parallelism: 3,
            checkpoints: Checkpoints(storage: DirectoryStorage(directory, files: files)),
            files: files)
        try await topology.run(options) { running in
            try await running.waitUntil("counts", hasReceived: 200)
            try await running.checkpoint()
            gate.allow(200)
            try await running.waitUntil("counts", hasReceived: 400)
            try await running.checkpoint()
            try await running.savepoint(to: DirectoryStorage(directory + "/saved", files: files))
            try await running.stop()
        }
    }

    static func files() async throws -> SimulatedFiles {
        let files = SimulatedFiles()
        try await run(in: "state", files)
        return files
    }

    static func parse(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    static func withTemporaryDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("millrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory.path)
    }

    @Test func checkpointsAreListed() async throws {
        let files = try await Self.files()
        let list = CheckpointTool.run(["list", "state"], files: files)
        #expect(list.status == 0 && list.errors.isEmpty)
        let lines = list.output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.map { $0[0] } == ["id", "4", "2", "1"])
        #expect(lines.dropFirst().allSatisfy { $0[2] == "counting" && $0[5] == "3" })
        let saved = CheckpointTool.run(["list", "state/saved"], files: files)
        #expect(saved.output.contains("savepoint"))
        let json = CheckpointTool.run(["list", "state", "--json"], files: files)
        let known = try Self.parse(json.output)["checkpoints"]
        #expect((known as? [Any])?.count == 3)
    }

    @Test func aCheckpointIsDescribed() async throws {
        let files = try await Self.files()
        let call = ["describe", "state", "--checkpoint", "1", "--json"]
        let first = try Self.parse(CheckpointTool.run(call, files: files).output)
        let operators = try #require(first["operators"] as? [[String: Any]])
        #expect(Set(operators.compactMap { $0["name"] as? String }) == ["in", "counts", "out"])
        let counts = try #require(operators.first { $0["name"] as? String == "counts" })
        #expect(counts["parallelism"] as? Int == 3)
        let keys = Set(Self.events.flatMap { $0.prefix(100) }.map(\.key)).count
        #expect(counts["keys"] as? Int == keys)
        let source = try #require(operators.first { $0["name"] as? String == "in" })
        let splits = try #require(source["splits"] as? [[String: Any]])
        #expect(splits.compactMap { $0["offset"] as? Int } == [100, 100])
        #expect(splits.compactMap { $0["size"] as? Int } == [400, 400])
        let sink = try #require(operators.first { $0["name"] as? String == "out" })
        #expect(sink["pendingTransactions"] as? Int == 1)

        let text = CheckpointTool.run(["describe", "state"], files: files).output
        #expect(text.hasPrefix("checkpoint 4 of 'counting', taken at "))
        #expect(text.contains("128 key groups"))
        #expect(text.contains("in      split 0       200   400"))
        #expect(text.contains("Int as memory"))
    }

    /// Not only in simulated files.
    @Test func aDirectoryOfTheSystemIsVerified() async throws {
        try await Self.withTemporaryDirectory { directory in
            try await Self.run(in: directory + "/state", SystemFileSystem())
            let whole = CheckpointTool.run(["verify", directory + "/state"])
            #expect(whole.status == 0, "\(whole.errors)")
            #expect(whole.output.split(separator: "\n").count == 4)
        }
    }

    @Test func damageAnywhereIsNoticed() async throws {
        let files = try await Self.files()
        let names = try files.list("state").filter { $0.hasPrefix("checkpoint-") }
        var random = SeededGenerator(seed: 7)
        for name in names {
            let path = "state/" + name
            let bytes = try #require(files.content(path))
            let isManifest = name.hasSuffix(".manifest")
            let offsets =
                isManifest
                ? Array(bytes.indices)
                : (0..<60).map { _ in .random(in: bytes.indices, using: &random) }
            for offset in offsets {
                var damaged = bytes
                damaged[offset] ^= UInt8.random(in: 1...255, using: &random)
                files.put(damaged, at: path)
                let result = CheckpointTool.run(["verify", "state"], files: files)
                #expect(result.status == 1, "byte \(offset) of \(name)")
                #expect(result.errors.contains { $0.contains(name) }, "byte \(offset) of \(name)")
            }
            files.put(bytes.dropLast(), at: path)
            #expect(CheckpointTool.run(["verify", "state"], files: files).status == 1)
            files.put(bytes, at: path)
        }
        #expect(CheckpointTool.run(["verify", "state"], files: files).status == 0)
    }

    @Test func damageIsNamedByItsBytes() async throws {
        let files = try await Self.files()
        let storage = DirectoryStorage("state", files: files)
        let manifest = try storage.checkpoint(1).manifest
        let place = try #require(manifest.operators.first?.instances.first?.root)
        let path = "state/checkpoint-0000000001.data"
        var bytes = try #require(files.content(path))
        bytes[Int(place.offset)] ^= 1
        files.put(bytes, at: path)
        let result = CheckpointTool.run(["verify", "state", "--checkpoint", "1"], files: files)
        #expect(result.errors.count == 1)
        #expect(result.errors[0].contains("bytes \(place.offset)..<\(place.offset + place.length)"))
        #expect(result.errors[0].contains("checkpoint-0000000001.data"))
        #expect(result.output.contains("damaged"))
        try files.remove(path)
        let missing = CheckpointTool.run(["verify", "state", "--json"], files: files)
        #expect(missing.status == 1)
        #expect(missing.errors.contains { $0.contains("missing") })
        #expect(try Self.parse(missing.output)["isWhole"] as? Bool == false)
    }

    @Test func whatIsNoDirectoryOfCheckpointsIsRefused() async throws {
        try await Self.withTemporaryDirectory { directory in
            for place in [directory, directory + "/nothing", "/dev/null"] {
                for command in ["list", "verify", "describe"] {
                    let result = CheckpointTool.run([command, place])
                    #expect(result.status == 2)
                    #expect(result.errors.count == 1 && result.errors[0].contains(place))
                }
            }
        }
        let files = try await Self.files()
        let other = CheckpointTool.run(["describe", "state", "--checkpoint", "9"], files: files)
        #expect(other.status == 2)
        #expect(other.errors == ["'state' holds no checkpoint 9, but 1, 2, 4"])
    }

    @Test(arguments: [
        [], ["list"], ["frob", "state"], ["list", "a", "b"], ["list", "a", "--checkpoint"],
        ["list", "a", "--checkpoint", "x"], ["list", "a", "--yaml"],
    ])
    func aWrongCallIsExplained(arguments: [String]) {
        let result = CheckpointTool.run(arguments)
        #expect(result.status == 2 && result.errors.count == 1)
        #expect(result.output == CheckpointTool.usage)
        #expect(CheckpointTool.run(["--help"]).status == 0)
    }
}
