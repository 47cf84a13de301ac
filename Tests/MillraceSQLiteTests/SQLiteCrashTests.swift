#if SQLite
    import Foundation
    import GRDB
    import Millrace
    import MillraceSQLite
    import Testing

    /// The process dies: what the files of the database and of the checkpoints hold at that moment is all that is left.
    @Suite struct SQLiteCrashTests {
        static let numbers = Array(0..<400)

        static func topology(_ folder: String, _ each: @escaping @Sendable (Int) throws -> Void)
            throws
            -> Topology
        {
            try Topology("crashing") { flow in
                flow.source(.elements(numbers)).map { number -> Int in
                    try each(number)
                    return number
                }
                .sink(
                    .sqlite(
                        folder + "/results.db", table: "numbers", columns: ["number"],
                        creating: "CREATE TABLE IF NOT EXISTS numbers(number INTEGER)"
                    ) { [$0] })
            }
        }

        static func options(_ folder: String) -> RunOptions {
            RunOptions(
                parallelism: 1, channelCapacity: 1, batchSize: 4,
                checkpoints: .directory(folder + "/state", every: .microseconds(300)))
        }

        /// Old checkpoints may go meanwhile.
        static func copy(_ folder: String, to other: String) throws {
            let files = FileManager.default
            for name in try files.subpathsOfDirectory(atPath: folder) {
                let path = other + "/" + name
                try files.createDirectory(
                    atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
                    withIntermediateDirectories: true)
                if let content = files.contents(atPath: folder + "/" + name) {
                    try content.write(to: URL(fileURLWithPath: path))
                }
            }
        }

        /// The one worker, which writes to the database, makes the copy, so that the database stands still
        /// meanwhile. Checkpoints that are completed meanwhile have been prepared before.
        @Test(arguments: [5, 60, 150, 250, 399])
        func runsFromACopyOfAnyMomentGiveTheSame(stop: Int) async throws {
            let base = FileManager.default.temporaryDirectory
                .appendingPathComponent("sqlite-crash-" + UUID().uuidString).path
            defer { try? FileManager.default.removeItem(atPath: base) }
            let (first, second) = (base + "/first", base + "/second")
            try FileManager.default.createDirectory(
                atPath: first, withIntermediateDirectories: true)
            struct Stop: Error {}
            await #expect(throws: (any Error).self) {
                try await Self.topology(first) { number in
                    if number == stop {
                        try Self.copy(first, to: second)
                        throw Stop()
                    }
                }
                .run(Self.options(first))
            }
            for folder in [first, second] {
                try await Self.topology(folder) { _ in }.run(Self.options(folder))
                let numbers = try await DatabaseQueue(path: folder + "/results.db").read {
                    try Int.fetchAll($0, sql: "SELECT number FROM numbers ORDER BY rowid")
                }
                #expect(numbers == Self.numbers)
            }
        }
    }
#endif
