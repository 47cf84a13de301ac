import Foundation
import Millrace
import MillraceTesting
import Testing

/// The built-in sources do what every source must.
@Suite struct SourceConformanceTests {
    struct Row: JSONDecodableRecord, CSVDecodableRecord, Equatable {
        var number: Int
        var text: String

        init(number: Int, text: String) {
            self.number = number
            self.text = text
        }

        init(from json: inout JSONReader) throws {
            self.init(number: 0, text: "")
            while let field = try json.nextField() {
                switch field {
                case "number": number = try json.integer()
                case "text": text = try json.string()
                default: try json.skip()
                }
            }
        }

        static let columns = ["text", "number"]

        init(from row: borrowing CSVRow) throws {
            self.init(number: try row.integer(1), text: row.string(0))
        }
    }

    static let rows = (0..<40).map { Row(number: $0, text: "a,\"b\"\n\($0)") }

    private func file(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent(UUID().uuidString).path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func arrays() async throws {
        let source = ArraySource.splits([[1, 2, 3], [], [4, 5]])
        #expect(try await SourceConformance(source, expected: [1, 2, 3, 4, 5]).violations() == [])
    }

    @Test(arguments: [1, 3])
    func generator(splits: Int) async throws {
        let source = GeneratorSource<Int>.generator(count: 20, splits: splits) { @Sendable in
            ($0, Timestamp(millis: Int64($0)))
        }
        let expected = (0..<splits).flatMap { Array(stride(from: $0, to: 20, by: splits)) }
        #expect(try await SourceConformance(source, expected: expected).violations() == [])
    }

    @Test(arguments: ["\n", "\r\n"], [true, false])
    func jsonLines(lineEnd: String, endsWithLineEnd: Bool) async throws {
        let lines = Self.rows.map {
            "{\"number\":\($0.number),\"text\":\"a,\\\"b\\\"\\n\($0.number)\"}"
        }
        let text = lines.joined(separator: lineEnd) + (endsWithLineEnd ? lineEnd : "")
        let path = try file(text)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let source = RecordFileSource(paths: [path]) { JSONLinesDecoder<Row>() }
        #expect(try await SourceConformance(source, expected: Self.rows).violations() == [])
    }

    @Test(arguments: ["\n", "\r\n"], [true, false])
    func csv(lineEnd: String, endsWithLineEnd: Bool) async throws {
        let lines =
            ["number,ignored,text"]
            + Self.rows.map { "\($0.number),,\"a,\"\"b\"\"\n\($0.number)\"" }
        let text = lines.joined(separator: lineEnd) + (endsWithLineEnd ? lineEnd : "")
        let path = try file(text)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let source = RecordFileSource(paths: [path]) { CSVDecoder<Row>() }
        #expect(try await SourceConformance(source, expected: Self.rows).violations() == [])
    }

    @Test func recordsLongerThanTheBuffer() async throws {
        let long = String(repeating: "x", count: 600_000)
        let path = try file("{\"number\":1,\"text\":\"\(long)\"}\n{\"number\":2,\"text\":\"\"}\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let source = RecordFileSource(paths: [path]) { JSONLinesDecoder<Row>() }
        let expected = [Row(number: 1, text: long), Row(number: 2, text: "")]
        #expect(try await SourceConformance(source, expected: expected).violations() == [])
    }
}
