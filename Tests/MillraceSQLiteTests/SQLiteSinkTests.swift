#if SQLite
    import Foundation
    import GRDB
    import Millrace
    import MillraceSQLite
    import MillraceTesting
    import Testing

    /// Rows in a real SQLite database.
    @Suite struct SQLiteSinkTests {
        final class Folder: Sendable {
            let path = FileManager.default.temporaryDirectory
                .appendingPathComponent("sqlite-" + UUID().uuidString).path

            init() throws {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true)
            }
            deinit { try? FileManager.default.removeItem(atPath: path) }

            var database: String { path + "/results.db" }

            func read(_ sql: String) throws -> [String] {
                try DatabaseQueue(path: database).read { database in
                    try Row.fetchAll(database, sql: sql).map { row in
                        row.databaseValues.map { "\($0)" }.joined(separator: " ")
                    }
                }
            }
        }

        static func appending(_ folder: Folder) -> SQLiteSink<Int> {
            .sqlite(
                folder.database, table: "numbers", columns: ["number"],
                creating: "CREATE TABLE IF NOT EXISTS numbers(number INTEGER)"
            ) { [$0] }
        }

        static func replacing(_ folder: Folder) -> SQLiteSink<(Int, String)> {
            .sqlite(
                folder.database, table: "odd \"name\"", columns: ["text", "key"], key: ["key"],
                creating: """
                    CREATE TABLE IF NOT EXISTS "odd ""name\"""(key INTEGER PRIMARY KEY, text TEXT)
                    """
            ) { [$0.1, $0.0] }
        }

        @Test func itConformsWhenItAppends() async throws {
            let numbers = Array(0..<20)
            let conformance = SinkConformance(elements: numbers, expected: numbers.map { "\($0)" })
            {
                let folder = try Folder()
                return SinkPlace(
                    sink: { Self.appending(folder) },
                    visible: {
                        if !FileManager.default.fileExists(atPath: folder.database) { return [] }
                        return try folder.read("SELECT number FROM numbers ORDER BY rowid")
                    })
            }
            #expect(try await conformance.violations() == [])
        }

        @Test func itConformsWhenItReplaces() async throws {
            let rows = (0..<20).map { ($0, "row \($0)") }
            let expected = rows.map { "\($0.0) \"\($0.1)\"" }
            let conformance = SinkConformance(elements: rows, expected: expected) {
                let folder = try Folder()
                return SinkPlace(
                    sink: { Self.replacing(folder) },
                    visible: {
                        if !FileManager.default.fileExists(atPath: folder.database) { return [] }
                        return try folder.read(#"SELECT * FROM "odd ""name""" ORDER BY key"#)
                    })
            }
            #expect(try await conformance.violations() == [])
        }

        @Test(arguments: [false, true])
        func theLastRowOfAKeyStays(takesCheckpoints: Bool) async throws {
            let folder = try Folder()
            let topology = try Topology("last") { flow in
                flow.source(.elements(Array(0..<5000))).map { ($0 % 10, "\($0)") }
                    .sink(Self.replacing(folder))
            }
            if takesCheckpoints {
                try await topology.run(checkpoints: .directory(folder.path + "/state"))
            } else {
                try await topology.run()
            }
            let rows = try folder.read(#"SELECT text FROM "odd ""name""" ORDER BY key"#)
            #expect(rows == (4990..<5000).map { "\"\($0)\"" })
        }

        /// Checkpoints are numbered from 1 again, and the database knows those numbers.
        @Test func aRunThatBeginsAnewLosesNothing() async throws {
            let folder = try Folder()
            for round in 0..<3 {
                let topology = try Topology("round") { flow in
                    flow.source(.elements(Array(0..<100))).map { $0 + round * 100 }
                        .sink(Self.appending(folder))
                }
                try await topology.run(checkpoints: .directory(folder.path + "/state-\(round)"))
            }
            #expect(try folder.read("SELECT number FROM numbers").count == 300)
            #expect(try folder.read("SELECT * FROM millrace_checkpoints").count == 1)
        }

        @Test func instancesShareADatabase() async throws {
            let folder = try Folder()
            let topology = try Topology("parallel") { flow in
                flow.source(.elements(Array(0..<3000))).sink(Self.appending(folder), parallelism: 3)
            }
            try await topology.run(checkpoints: .directory(folder.path + "/state"))
            let rows = try folder.read("SELECT DISTINCT number FROM numbers")
            #expect(rows.count == 3000)
            #expect(try folder.read("SELECT count(*) FROM numbers") == ["3000"])
        }

        @Test func aTableThatDoesNotFitIsRefused() async throws {
            let folder = try Folder()
            let sink = SQLiteSink<Int>(folder.database, table: "missing", columns: ["number"]) {
                [$0]
            }
            #expect {
                try sink.writer(for: SinkInstance())
            } throws: { error in
                let error = error as? StreamError
                return error?.code == .inputOutput
                    && "\(error?.cause ?? error!)".contains("no such table")
            }
        }
    }
#endif
