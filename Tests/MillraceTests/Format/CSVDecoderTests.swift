import MillraceTesting
import Testing

@testable import Millrace

/// What is read from CSV, row by row as a reader cuts it.
@Suite struct CSVDecoderTests {
    struct Row: CSVDecodableRecord, Equatable {
        var cells: [String]

        static let columns = ["a", "b", "c"]
        static let optionalColumns: Set<String> = ["c"]

        init(_ cells: String...) { self.cells = cells }

        init(from row: borrowing CSVRow) { cells = [row.string(0), row.string(1), row.string(2)] }
    }

    struct Single: CSVDecodableRecord {
        var text: String

        static let columns = ["text"]

        init(from row: borrowing CSVRow) { text = row.string(0) }
    }

    static func records<Record: CSVDecodableRecord>(
        _ bytes: [UInt8], as type: Record.Type = Record.self
    ) throws -> [Record] {
        var decoder = CSVDecoder<Record>()
        return try bytes.withUnsafeBufferPointer { bytes in
            var records: [Record] = []
            var next = 0
            while next < bytes.count {
                let end = decoder.endOfRecord(in: bytes, from: next) ?? bytes.count
                var last = end
                if last > next, bytes[last - 1] == 0x0A { last -= 1 }
                if last > next, bytes[last - 1] == 0x0D { last -= 1 }
                let row = UnsafeBufferPointer(rebasing: bytes[next..<last])
                if let record = try decoder.decode(row) { records.append(record) }
                next = end
            }
            return records
        }
    }

    private func rows(_ text: String) throws -> [Row] { try Self.records(Array(text.utf8)) }

    @Test(arguments: [
        ("a,b,c\n1,2,3\n", [Row("1", "2", "3")]),
        ("a,b,c\n1,2,3", [Row("1", "2", "3")]),
        ("a,b,c\r\n1,2,3\r\n4,5,6\r\n", [Row("1", "2", "3"), Row("4", "5", "6")]),
        ("a,b,c\n\"1\",\"2\",\"3\"\n", [Row("1", "2", "3")]),
        ("a,b,c\n\"x,y\",\"p\nq\",\"s\r\nt\"\n", [Row("x,y", "p\nq", "s\r\nt")]),
        ("a,b,c\n\"say \"\"hi\"\"\",\"\"\"\",\"\"\"\"\"\"\n", [Row("say \"hi\"", "\"", "\"\"")]),
        ("a,b,c\n,,\n", [Row("", "", "")]),
        ("a,b,c\n\"\",\"\",\"\"\n", [Row("", "", "")]),
        ("a,b,c\n1,,\"\"", [Row("1", "", "")]),
        ("a,b,c\n 1 ,\t2, \n", [Row(" 1 ", "\t2", " ")]),
        ("c,b,a\n1,2,3\n", [Row("3", "2", "1")]),
        ("x,b,y,a\n1,2,3,4\n", [Row("4", "2", "")]),
        ("a,b\n1,2\n", [Row("1", "2", "")]),
        ("\u{FEFF}a,b,c\n1,2,3\n", [Row("1", "2", "3")]),
        ("\u{FEFF}\"a\",\"b\",\"c\"\n1,2,3\n", [Row("1", "2", "3")]),
        ("\u{FEFF}\"a\",\"b\",\"x\ny\"\n1,2,3\n", [Row("1", "2", "")]),
        ("\"a\",\"b\",\"x\ny,z\"\n1,2,3\n", [Row("1", "2", "")]),
        ("\n\r\na,b,c\n\n1,2,3\n\r\n\n4,5,6\n\n", [Row("1", "2", "3"), Row("4", "5", "6")]),
        (
            "a,b,c\n5\" disk,b\"b,c\"\n4,5,6\n",
            [Row("5\" disk", "b\"b", "c\""), Row("4", "5", "6")]
        ),
        ("a,b,c\né,€,😀\n", [Row("é", "€", "😀")]),
        ("a,b,c\n1\r2,3,4\n", [Row("1\r2", "3", "4")]),
        ("a,b,c\n", []),
        ("a,b,c", []),
        ("", []),
    ])
    func reads(text: String, expected: [Row]) throws { #expect(try rows(text) == expected) }

    @Test(arguments: [
        ("a,b,c\n1,2\n", "2 cells, but the header names 3"),
        ("a,b,c\n1,2,3,4\n", "4 cells, but the header names 3"),
        ("a,b,c\n1,2,3,\n", "4 cells"),
        ("a,b,c\n\"1\n2,3,4\n", "cell 1: the quoted cell does not end"),
        ("a,b,c\n1,\"2\"x,3\n", "cell 2: a comma is missing"),
        ("a,b,c\n1,\"2\" ,3\n", "cell 2: a comma is missing"),
        ("a,c\n1,2\n", "no column 'b'; the header names a, c"),
        ("A,B,C\n1,2,3\n", "no column 'a'"),
        ("a,b,c,a\n1,2,3,4\n", "two columns 'a'"),
    ])
    func refuses(text: String, message: String) {
        #expect { try rows(text) } throws: { "\($0)".contains(message) }
    }

    @Test(arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80]] as [[UInt8]])
    func refusesWhatIsNotUTF8(_ bytes: [UInt8]) {
        for cell in [bytes, [0x22] + bytes + [0x22]] {
            #expect {
                try Self.records(Array("a,b\n1,".utf8) + cell + [0x0A], as: Row.self)
            } throws: { "\($0)".contains("not valid UTF-8") }
        }
    }

    /// Wherever a byte is in its row, with or without quotes.
    @Test(arguments: 0..<20)
    func refusesWhatIsNotUTF8AtAnyPlace(place: Int) {
        for cells in [
            "x\(String(repeating: "y", count: 19))", "\"\",\(String(repeating: "y", count: 17))",
        ] {
            var row = Array("\(cells),z\n".utf8)
            if row[place] == 0x22 || row[place] == 0x2C { continue }
            row[place] = 0x80
            #expect {
                try Self.records(Array("a,b\n".utf8) + row, as: Row.self)
            } throws: { "\($0)".contains("not valid UTF-8") }
        }
    }

    @Test func aMalformedRowEndsAtItsLine() throws {
        var decoder = CSVDecoder<Row>()
        let bytes = Array("a,b,c\n\"1\"x\",2,3\n4,5,6\n".utf8)
        try bytes.withUnsafeBufferPointer { bytes in
            _ = try decoder.decode(UnsafeBufferPointer(rebasing: bytes[0..<5]))
            #expect(decoder.endOfRecord(in: bytes, from: 6) == 16)
        }
    }

    /// Cells of every length, so that commas, quotes and line ends come at every place of a word.
    @Test(arguments: 0..<20, [false, true])
    func cellsOfAnyLength(length: Int, isQuoted: Bool) throws {
        let text = String(repeating: "x", count: length)
        let cell = isQuoted ? "\"\(text),\"\"\n\"" : text
        let value = isQuoted ? "\(text),\"\n" : text
        #expect(
            try rows("b,skipped,a\n\(cell),,é\(isQuoted ? "" : cell)\n1,\(cell),2\n,,\n") == [
                Row("é\(isQuoted ? "" : value)", value, ""), Row("2", "1", ""), Row("", "", ""),
            ])
    }

    @Test func manyColumns() throws {
        let names = (0..<300).map { "n\($0)" }
        let header = (["b"] + names + ["a"]).joined(separator: ",")
        let cells = (["first"] + names + ["last"]).joined(separator: ",")
        #expect(try rows("\(header)\n\(cells)\n") == [Row("last", "first", "")])
    }

    @Test func hugeCells() throws {
        let huge = String(repeating: "x\"\n,", count: 100_000)
        var writer = CSVWriter()
        writer.row(["a", "b"])
        writer.row([huge, "1"])
        #expect(try Self.records(writer.bytes, as: Row.self) == [Row(huge, "1", "")])
    }

    /// What the writer writes is what is read, whatever the cells hold.
    @Test(arguments: 0..<10)
    func theWriterIsReadBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scalars: [Unicode.Scalar] = [
            "a", "\"", ",", "\n", "\r", " ", "\u{FEFF}", "é", "😀", "\u{0}", "'", ";", "\t",
            "\u{301}",
        ]
        func cell() -> String {
            var text = ""
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                let known = scalars.randomElement(using: &random) ?? "x"
                let any = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random))
                text.unicodeScalars.append(Bool.random(using: &random) ? known : any ?? known)
            }
            return text
        }
        for _ in 0..<50 {
            let written = (0..<10).map { _ in [cell(), cell(), cell()] }
            var writer = CSVWriter()
            writer.row(["a", "b", "c"])
            for cells in written { writer.row(cells) }
            let read = try Self.records(writer.bytes, as: Row.self).map(\.cells)
            // Compared by bytes, because strings are equal up to normalisation.
            #expect(
                read.map { $0.map { Array($0.utf8) } } == written.map { $0.map { Array($0.utf8) } })

            var single = CSVWriter()
            single.row(["text"])
            for cells in written { single.row([cells[0]]) }
            let texts = try Self.records(single.bytes, as: Single.self).map(\.text)
            #expect(texts.map { Array($0.utf8) } == written.map { Array($0[0].utf8) })
        }
    }
}
