import Foundation
import Millrace
import MillraceTesting
import Testing

/// The built-in sinks do what every sink must.
@Suite struct SinkConformanceTests {
    struct Row: JSONEncodableRecord, CSVEncodableRecord {
        var number: Int

        var text: String { String(repeating: "0", count: number < 10 ? 1 : 0) + "\(number)" }
        func encode(to json: inout JSONWriter) { json.field("number", number) }
        static let header = ["number"]
        var cells: [String] { ["\(number)"] }
    }

    static let rows = (0..<12).map { Row(number: $0) }

    /// Holds a directory for each place.
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static func lines(_ path: String) throws -> [String] {
        guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { "\($0)" }
    }

    static func logValues(_ path: String, _ files: any FileSystem) throws -> [String] {
        guard files.exists(path + "/log.meta") else { return [] }
        var values: [String] = []
        for partition in 0..<2 {
            let reader = try EventLogReader(at: path, partition: partition, files: files)
            while try reader.read(
                limit: 100, { values.append(String(decoding: $0.value, as: UTF8.self)) }) > 0
            {}
        }
        return values.sorted()
    }

    static let jsonRows = rows.map { "{\"number\":\($0.number)}" }

    // MARK: - On the disk

    @Test func jsonLines() async throws {
        let conformance = SinkConformance(elements: Self.rows, expected: Self.jsonRows) {
            [folder] in
            let path = try folder.inner() + "/rows.jsonl"
            return SinkPlace(
                sink: { LineFileSink<Row>.jsonLines(path) }, visible: { try Self.lines(path) })
        }
        #expect(try await conformance.violations() == [])
    }

    @Test func csv() async throws {
        let expected = Self.rows.map { "\($0.number)" }
        let conformance = SinkConformance(elements: Self.rows, expected: expected) { [folder] in
            let path = try folder.inner() + "/rows.csv"
            return SinkPlace(
                sink: { LineFileSink<Row>.csv(path) },
                visible: { Array(try Self.lines(path).drop { $0 == "number" }) })
        }
        #expect(try await conformance.violations() == [])
    }

    static func logSink(_ path: String, byKey: Bool) -> EventLogSink<Row> {
        let key: @Sendable (Row) -> String = { $0.text }
        return EventLogSink<Row>(path, partitions: 2, key: byKey ? key : nil) { row, bytes in
            bytes += Array(row.text.utf8)
        }
    }

    @Test(arguments: [false, true])
    func eventLog(byKey: Bool) async throws {
        let conformance = SinkConformance(elements: Self.rows, expected: Self.rows.map(\.text)) {
            [folder] in
            let path = try folder.inner() + "/log"
            return SinkPlace(
                sink: { Self.logSink(path, byKey: byKey) },
                visible: { try Self.logValues(path, SystemFileSystem()) })
        }
        #expect(try await conformance.violations() == [])
    }

    @Test func collected() async throws {
        let expected = Self.rows.map(\.text)
        let conformance = SinkConformance(elements: expected, expected: expected) {
            let results = Collected<String>()
            return SinkPlace(
                sink: { ClosureSink<String>.collect(into: results) },
                visible: { results.elements })
        }
        #expect(try await conformance.violations() == [])
    }

    // MARK: - In simulated files

    @Test(arguments: 0..<6 as Range<UInt64>)
    func linesSurviveCrashes(seed: UInt64) async throws {
        let conformance = SinkConformance(elements: Self.rows, expected: Self.jsonRows) {
            Self.lines(SimulatedFiles())
        }
        #expect(try await conformance.crashViolations(seed: seed) { Self.lines($0) } == [])
    }

    static func lines(_ files: SimulatedFiles) -> SinkPlace<LineFileSink<Row>, String> {
        SinkPlace(
            files: files, sink: { .jsonLines("rows") },
            visible: {
                (files.text("rows") ?? "").split(separator: "\n").map { "\($0)" }
            })
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func theEventLogSurvivesCrashes(seed: UInt64) async throws {
        let conformance = SinkConformance(elements: Self.rows, expected: Self.rows.map(\.text)) {
            Self.log(SimulatedFiles())
        }
        #expect(try await conformance.violations() == [])
        #expect(try await conformance.crashViolations(seed: seed) { Self.log($0) } == [])
    }

    static func log(_ files: SimulatedFiles) -> SinkPlace<EventLogSink<Row>, String> {
        SinkPlace(
            files: files, sink: { logSink("log", byKey: true) },
            visible: { try logValues("log", files) })
    }

    // MARK: - The suite can fail

    @Test func aSinkThatForgetsWhatItHasPublishedIsFound() async throws {
        let expected = Self.rows.map(\.text)
        let conformance = SinkConformance(elements: expected, expected: expected) {
            let results = Collected<String>()
            return SinkPlace(
                sink: { ForgetfulSink(results: results) }, visible: { results.elements })
        }
        let found = try await conformance.violations()
        #expect(found.contains { $0.hasPrefix("committed twice") })
        #expect(found.contains { $0.hasPrefix("recovered") })
        #expect(!found.contains { $0.hasPrefix("flushed") || $0.hasPrefix("prepared, ") })
    }

    /// Publishes at the commit, each time.
    struct ForgetfulSink: Sink {
        let results: Collected<String>

        func writer(for instance: SinkInstance) -> Writer {
            Writer(results: results, usesCheckpoints: instance.usesCheckpoints)
        }

        struct Writer: TransactionalSinkWriter {
            let results: Collected<String>
            let usesCheckpoints: Bool
            var staged: [String] = []

            mutating func write(_ batch: inout Batch<String>) { staged += batch.elements }
            mutating func flush() async throws { if !usesCheckpoints { publish(staged) } }
            mutating func close() async throws { try await flush() }
            mutating func prepare(checkpoint: UInt64) async throws -> [String] {
                defer { staged = [] }
                return staged
            }
            mutating func commit(_ transaction: [String]) async throws { publish(transaction) }
            mutating func recover(_ transactions: [[String]]) async throws {
                for transaction in transactions { publish(transaction) }
            }

            private mutating func publish(_ texts: [String]) {
                var batch = Batch<String>()
                for text in texts { batch.append(text, at: .none) }
                results.append(batch)
                if !usesCheckpoints { staged = [] }
            }
        }
    }
}
