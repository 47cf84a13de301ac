import Foundation
import Millrace
import MillraceTesting
import Testing

/// A topology that appends to an event log.
@Suite struct EventLogSinkTests {
    struct Click: Sendable, JSONRecord, Equatable {
        var user: Int
        var time: Int64

        init(user: Int, time: Int64) {
            self.user = user
            self.time = time
        }

        init(from json: inout JSONReader) throws {
            self.init(user: 0, time: 0)
            while let field = try json.nextField() {
                switch field {
                case "user": user = try json.integer()
                case "time": time = try json.integer()
                default: try json.skip()
                }
            }
        }

        func encode(to json: inout JSONWriter) {
            json.field("user", user)
            json.field("time", time)
        }
    }

    static let clicks = (0..<500).map { Click(user: $0 % 17, time: Int64($0)) }

    static func topology(
        _ path: String, clicks: [Click] = clicks, parallelism: Int = 1
    ) throws -> Topology {
        try Topology("clicks") { flow in
            flow.source(.elements(clicks), eventTime: { Timestamp(millis: $0.time) })
                .keyed(by: \.user)
                .process("pass", state: Int.self, output: Click.self) { click, count, context in
                    count = (count ?? 0) + 1
                    context.emit(click)
                }
                .sink(
                    .eventLog(path, partitions: 3, key: { "\($0.user)" }), parallelism: parallelism)
        }
    }

    /// What a topology reads from the log.
    static func read(_ path: String) async throws -> [Click] {
        let results = Collected<Click>()
        let topology = try Topology("read") { flow in
            flow.source(.eventLog(path, as: Click.self)).sink(.collect(into: results))
        }
        try await topology.run()
        return results.elements.sorted { $0.time < $1.time }
    }

    final class Folder {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("sink-" + UUID().uuidString).path
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test(arguments: [1, 3], [false, true])
    func whatIsAppendedCanBeRead(parallelism: Int, takesCheckpoints: Bool) async throws {
        let folder = Folder()
        let log = folder.path + "/events"
        let topology = try Self.topology(log, parallelism: parallelism)
        if takesCheckpoints {
            try await topology.run(checkpoints: .directory(folder.path + "/state"))
        } else {
            try await topology.run()
        }
        #expect(try await Self.read(log) == Self.clicks)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains { $0.contains("staged") })
    }

    /// The checkpoints are numbered from 1 again, and the log knows those numbers.
    @Test func aRunThatBeginsAnewLosesNothing() async throws {
        let folder = Folder()
        let log = folder.path + "/events"
        for round in 0..<3 {
            let clicks = Self.clicks.map {
                Click(user: $0.user, time: $0.time + Int64(round * 1000))
            }
            try await Self.topology(log, clicks: clicks)
                .run(checkpoints: .directory(folder.path + "/state-\(round)"))
        }
        #expect(try await Self.read(log).count == 1500)
    }

    @Test func severalSinksShareAnOpenLog() async throws {
        let folder = Folder()
        let log = try EventLog(at: folder.path, partitions: 2)
        let topology = try Topology("two") { flow in
            let numbers = flow.source(.elements(Array(0..<100)))
            for name in ["even", "odd"] {
                numbers.filter { ($0 % 2 == 0) == (name == "even") }
                    .sink(
                        EventLogSink(log) { bytes, out in out += Array("\(bytes)".utf8) },
                        name: name)
            }
        }
        try await topology.run(checkpoints: .directory(folder.path + "/state"))
        var values: Set<String> = []
        for partition in 0..<2 {
            let reader = try EventLogReader(at: folder.path, partition: partition)
            _ = try reader.read(limit: 1000) {
                values.insert(String(decoding: $0.value, as: UTF8.self))
            }
        }
        #expect(values == Set((0..<100).map { "\($0)" }))
    }

    static let simulation = Simulation { world in
        let options = EventLogOptions(segmentBytes: 4096, time: world.clock.source)
        return try Topology("clicks") { flow in
            let clicks = flow.source(
                .splits([Array(clicks[..<80]), Array(clicks[80..<160])]),
                eventTime: { Timestamp(millis: $0.time) })
            clicks.keyed(by: \.user).window(.tumbling(.milliseconds(40))).aggregate(.count())
                .map { "\($0.key) \($0.window) \($0.value)" }
                .sink(
                    .eventLog("counts", partitions: 2, options: options) { text, bytes in
                        bytes += Array(text.utf8)
                    })
            clicks.sink(
                .eventLog("log", partitions: 3, options: options, key: { "\($0.user)" }),
                parallelism: 2)
        }
    }

    @Test func crashesLeaveNoTrace() throws {
        let summary = try Self.simulation.check(seeds: 0..<150)
        #expect(summary.recoveries > 25)
        #expect(summary.checkpoints > 150)
    }

    @Test func aCommitBeforeTheCheckpointIsCompleteIsFound() throws {
        PlantedBug.$current.withValue(.commitBeforeManifest) {
            #expect(throws: SimulationFailure.self) {
                try Self.simulation.check(seeds: 0..<300)
            }
        }
    }
}
