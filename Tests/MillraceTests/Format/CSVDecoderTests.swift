import Millrace
import Testing

@Suite struct CSVDecoderTests {
    struct Row: CSVDecodableRecord, Equatable {
        var texts: [String]
        static let columns = ["a", "b", "c"]
        static let optionalColumns: Set<String> = ["c"]
        init(from row: borrowing CSVRow) throws { texts = (0..<3).map { row.string($0) } }
    }

    struct Numbers: CSVDecodableRecord, Equatable {
        var number: Int
        var cents: Int64
        static let columns = ["number", "price"]
        init(from row: borrowing CSVRow) throws {
            number = try row.integer(0)
            cents = try row.decimal(1, scale: 2)
        }
    }

    /// Decodes a file of rows by `endOfRecord` and `decode`, as a source does.
    private func decode<Record>(_ text: String, as type: Record.Type) throws -> [Record]
    where Record: CSVDecodableRecord {
        var decoder = CSVDecoder<Record>()
        var records: [Record] = []
        try Array(text.utf8).withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                let end = decoder.endOfRecord(in: bytes, from: start)
                let line = UnsafeBufferPointer(
                    rebasing: bytes[start..<(end.map { $0 - 1 } ?? bytes.count)])
                if let record = try decoder.decode(line) { records.append(record) }
                start = end ?? bytes.count
            }
        }
        return records
    }

    /// Cells of every length, so that commas, quotes and line ends come at every place of a word.
    @Test(arguments: 0..<20, [false, true])
    func cellsOfAnyLength(length: Int, isQuoted: Bool) throws {
        let text = String(repeating: "x", count: length)
        let cell = isQuoted ? "\"\(text),\"\"\n\"" : text
        let value = isQuoted ? "\(text),\"\n" : text
        let rows = try decode(
            "b,skipped,a\n\(cell),,é\(cell.isEmpty || isQuoted ? "" : cell)\n1,\(cell),2\n,,\n",
            as: Row.self)
        #expect(
            rows.map(\.texts) == [
                ["é\(isQuoted ? "" : value)", value, ""], ["2", "1", ""], ["", "", ""],
            ])
    }

    @Test func manyColumns() throws {
        let names = (0..<300).map { "n\($0)" }
        let header = (["b"] + names + ["a"]).joined(separator: ",")
        let cells = (["first"] + names + ["last"]).joined(separator: ",")
        #expect(
            try decode("\(header)\n\(cells)\n", as: Row.self).map(\.texts) == [
                ["last", "first", ""]
            ])
    }

    @Test func numbers() throws {
        let rows = try decode(
            "number,price\n12,3.5\n-7,-0.25\n\(Int.min),12\n+5,0\n007,\"1.00\"\n", as: Numbers.self)
        #expect(rows.map(\.number) == [12, -7, .min, 5, 7])
        #expect(rows.map(\.cents) == [350, -25, 1200, 0, 100])
    }

    @Test(
        arguments: [
            (
                "9223372036854775808,1", "'9223372036854775808' is not a whole number",
                "column 'number'"
            ),
            (",1", "'' is not a whole number", "column 'number'"),
            ("1x,1", "'1x' is not a whole number", "column 'number'"),
            ("1,1.005", "'1.005' is not a decimal number with up to 2 places", "column 'price'"),
            ("1,", "'' is not a decimal number", "column 'price'"),
            ("1,\"1\"\"\"", "'1\"' is not a decimal number", "column 'price'"),
            ("1", "the row has 1 cells, but the header names 2 columns", nil),
            ("1,2,3", "the row has 3 cells, but the header names 2 columns", nil),
            ("1,\"2", "the quoted cell does not end", "cell 2"),
            ("\"1\"2,3", "a comma is missing behind the quoted cell", "cell 1"),
        ] as [(String, String, String?)])
    func whatCannotBeReadIsNamed(row: String, message: String, place: String?) throws {
        let error = #expect(throws: StreamError.self) {
            try decode("number,price\n\(row)\n", as: Numbers.self)
        }
        #expect(error?.message.hasPrefix(message) == true)
        #expect(error?.place == place)
    }

    @Test func aMissingColumnIsNamed() {
        let error = #expect(throws: StreamError.self) { try decode("a,c\n1,2\n", as: Row.self) }
        #expect(error?.message == "there is no column 'b'; the header names a, c")
    }
}
