import Foundation
import Millrace
import MillraceTesting
import Testing

/// Files as they come: several, empty, missing, unfinished, with lines that are no records.
@Suite struct RecordFileSourceTests {
    struct Line: JSONDecodableRecord, CSVDecodableRecord, Equatable {
        var n = 0

        init(_ n: Int) { self.n = n }

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                if field == "n" { n = try json.integer() } else { try json.skip() }
            }
        }

        static let columns = ["n"]

        init(from row: borrowing CSVRow) throws { n = try row.integer(0) }
    }

    typealias JSON = RecordFileSource<JSONLinesDecoder<Line>>
    typealias CSV = RecordFileSource<CSVDecoder<Line>>

    static func json(_ files: TemporaryFile..., follows: Bool = false) -> JSON {
        JSON(paths: files.map(\.path), follows: follows) { JSONLinesDecoder() }
    }

    static func csv(_ files: TemporaryFile..., follows: Bool = false) -> CSV {
        CSV(paths: files.map(\.path), follows: follows) { CSVDecoder() }
    }

    static func lines(_ range: Range<Int>) -> String {
        range.map { "{\"n\":\($0)}\n" }.joined()
    }

    static func expect<Decoder: RecordDecoder>(
        _ source: RecordFileSource<Decoder>, _ numbers: some Sequence<Int>
    ) async throws where Decoder.Record == Line {
        let expected = numbers.map { Line($0) }
        #expect(try await SourceConformance(source, expected: expected).violations() == [])
    }

    @Test func eachFileIsASplitWithItsSize() throws {
        let files = [
            try TemporaryFile(Self.lines(0..<3)), try TemporaryFile(),
            try TemporaryFile(Self.lines(3..<5)),
        ]
        let splits = try Self.json(files[0], files[1], files[2]).splits(preferred: 7)
        #expect(splits.map(\.id) == files.map(\.path))
        #expect(splits.map(\.size) == [24, 0, 16])
    }

    @Test func severalFilesAreReadAndResumedOneByOne() async throws {
        let first = try TemporaryFile(Self.lines(0..<9))
        let empty = try TemporaryFile()
        let last = try TemporaryFile(Self.lines(9..<30))
        try await Self.expect(Self.json(first, empty, last), 0..<30)
    }

    @Test(arguments: [
        ("", []), ("\n", []), ("\n\r\n \n\n", []), ("{\"n\":1}", [1]), ("{\"n\":1}\r", [1]),
        ("{\"n\":1}\n\n{\"n\":2}", [1, 2]), ("{}\r\n{\"n\":2}\r\n", [0, 2]),
    ])
    func jsonLines(text: String, numbers: [Int]) async throws {
        try await Self.expect(Self.json(try TemporaryFile(text)), numbers)
    }

    @Test(arguments: [
        ("", []), ("n", []), ("n\n", []), ("n\n1\n2", [1, 2]), ("\n\nn\n1\n2\n3\n", [1, 2, 3]),
        ("\r\nx,n\r\n\r\na,1\r\nb,2\r\n\r\n", [1, 2]),
        ("\u{FEFF}\"n\",x\n1,\n2,\"\n\"\n3,", [1, 2, 3]),
        ("\"x\ny\",n\n\"\n\n\",1\n\"\"\"\",2\nq\"q,3\n", [1, 2, 3]),
    ])
    func csv(text: String, numbers: [Int]) async throws {
        try await Self.expect(Self.csv(try TemporaryFile(text)), numbers)
    }

    @Test func missingFilesAndDirectoriesAreNamed() async throws {
        for path in ["/nowhere/at all.jsonl", FileManager.default.temporaryDirectory.path] {
            let topology = try Topology("t") { flow in
                flow.source(.jsonLines(path, as: Line.self), name: "in").forEach { _, _ in }
            }
            await #expect {
                try await topology.run()
            } throws: { error in
                let error = error as? StreamError
                return error?.code == .inputOutput && error?.operatorName == "in"
                    && error?.message.contains("'\(path)'") == true
            }
        }
    }

    @Test func malformedJSONIsNamedByFileLineColumnAndField() async throws {
        let file = try TemporaryFile("{\"n\":1}\r\n\n{\"x\":0,\"n\":01}\n")
        let topology = try Topology("t") { flow in
            flow.source(.jsonLines(file.path, as: Line.self), name: "in").forEach { _, _ in }
        }
        await #expect {
            try await topology.run()
        } throws: { "\($0)".hasPrefix("in: \(file.path) line 3, column 13, field 'n': ") }
    }

    @Test func aFileThatIsNamedTwiceIsRefused() throws {
        let file = try TemporaryFile()
        #expect {
            try Self.json(file, file).splits(preferred: 1)
        } throws: { "\($0)".contains("named twice") }
    }

    /// Reads so many lines.
    private func read(
        _ count: Int, from reader: inout RecordFileReader<JSONLinesDecoder<Line>>
    ) throws -> [Int] {
        var numbers: [Int] = []
        var batch = Batch<Line>()
        while numbers.count < count {
            let status = try reader.read(into: &batch, limit: count - numbers.count) { throw $1 }
            numbers += batch.elements.map(\.n)
            if status != .more { break }
        }
        return numbers
    }

    /// Reads some lines of a file, and gives the place behind them.
    private func place(
        behind count: Int, of source: JSON
    ) throws -> (SourceSplit, SourcePosition) {
        let split = try #require(try source.splits(preferred: 1).first)
        var reader = try source.reader(for: split, from: nil)
        #expect(try read(count, from: &reader).count == count)
        return (split, reader.position)
    }

    @Test(arguments: [1, 3, 20, 40_000])
    func anotherFileInThePlaceOfOneThatWasReadIsRefused(count: Int) throws {
        let file = try TemporaryFile(Self.lines(10_000..<60_000))
        let source = Self.json(file)
        let (split, position) = try place(behind: count, of: source)
        var reader = try source.reader(for: split, from: position)
        #expect(reader.position == position)
        #expect(try read(2, from: &reader) == [10_000 + count, 10_001 + count])

        // Lines of the same length, the same from there on.
        try file.replace(
            by: Self.lines(20_000..<20_000 + count) + Self.lines(10_000 + count..<60_000))
        let error = #expect(throws: StreamError.self) {
            try source.reader(for: split, from: position)
        }
        #expect(error?.code == .incompatibleState)
        #expect(error?.description.contains(file.path) == true)
        // A place that was stored without a mark is taken as it is.
        let old = SourcePosition(offset: position.offset, detail: "\(count + 1)")
        reader = try source.reader(for: split, from: old)
        #expect(try read(1, from: &reader) == [10_000 + count])
    }

    @Test func aFileUnderAnotherPathIsRefused() throws {
        let file = try TemporaryFile(Self.lines(0..<9))
        let (split, position) = try place(behind: 4, of: Self.json(file))
        let spelt = file.path.replacingOccurrences(of: "/millrace-", with: "/./millrace-")
        #expect(spelt != file.path)
        let source = JSON(paths: [spelt], follows: false) { JSONLinesDecoder() }
        let error = #expect(throws: StreamError.self) {
            try source.reader(for: split, from: position)
        }
        #expect(error?.code == .incompatibleState)
        #expect(error?.description.contains(spelt) == true)
        // Of another file that is read besides, nothing is said.
        let other = try TemporaryFile(Self.lines(0..<2))
        _ = try Self.json(other).reader(for: split, from: position)
    }

    @Test func aPositionBehindTheEndIsRefused() throws {
        let source = Self.json(try TemporaryFile(Self.lines(0..<2)))
        let split = try source.splits(preferred: 1)[0]
        #expect {
            _ = try source.reader(for: split, from: SourcePosition(offset: 17))
        } throws: { "\($0)".contains("cut off: it has 16 bytes, but 17") }
    }

    /// What a whole run gives, and what goes to the dead letters.
    private func run(csv text: String) async throws -> (numbers: [Int], letters: [String]) {
        let file = try TemporaryFile(text)
        let read = Collected<Line>()
        let refused = Collected<DeadLetter>()
        try await Topology("t") { flow in
            flow.source(.csv(file.path, as: Line.self), name: "in")
                .deadLetters { $0.sink(.collect(into: refused)) }
                .sink(.collect(into: read))
        }.run()
        return (
            read.elements.map(\.n),
            refused.elements.map { letter in
                "\(letter.error)".replacingOccurrences(of: file.path, with: "FILE")
            }
        )
    }

    @Test func malformedRowsGoToTheDeadLettersWithTheirLine() async throws {
        let result = try await run(csv: "\nx,n\n\"\n\n\",1\n\"a\"b,2\n3\n,x\n,4\n\"\n")
        #expect(result.numbers == [1, 4])
        #expect(
            result.letters.map { $0.prefix { $0 != "," } } == [
                "FILE line 6", "FILE line 7: the row has 1 cells",
                "FILE line 8", "FILE line 10",
            ])
    }

    /// The dead letters of a source cross an exchange, and end when the source does.
    @Test(.timeLimit(.minutes(10)), arguments: [1, 3])
    func deadLettersOfASourceEnd(parallelism: Int) async throws {
        let rows = (0..<1500).map { $0 % 3 == 0 ? "x\n" : "\($0)\n" }
        let file = try TemporaryFile("n\n" + rows.joined())
        let counts = Collected<Windowed<String, Int>>()
        let topology = try Topology("t") { flow in
            flow.source(.csv(file.path, as: Line.self))
                .deadLetters { letters in
                    letters.keyed(by: { "\($0.element)" }).window(.count(500)).aggregate(.count())
                        .sink(.collect(into: counts))
                }
                .forEach { _, _ in }
        }
        try await topology.run(RunOptions(parallelism: parallelism))
        #expect(counts.elements.map(\.value) == [500])
    }

    @Test(arguments: ["x\n1\n", "\n\nx\n1\n", "\u{FEFF}\n\"n\n"])
    func aHeaderThatIsNotUnderstoodFails(text: String) async throws {
        await #expect(throws: StreamError.self) { try await run(csv: text) }
    }

    /// A read ends after so many records whether or not they could be decoded.
    @Test func aReadIsBoundedWhateverTheFileHolds() throws {
        let text = String(repeating: "nonsense\n", count: 1000)
        let source = Self.json(try TemporaryFile(text))
        var reader = try source.reader(for: try source.splits(preferred: 1)[0], from: nil)
        var batch = Batch<Line>()
        var refused = 0
        let status = try reader.read(into: &batch, limit: 10) { _, _ in refused += 1 }
        #expect(status == .more)
        #expect(refused > 0 && refused <= 10)
    }

    /// Random rows with quotes and line ends in them resume at every position.
    @Test(arguments: 0..<5)
    func resumesAnywhere(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var text = Bool.random(using: &random) ? "\nx,n\n" : "x,n\r\n"
        for number in 0..<40 {
            let cells = ["", "a", "\"\"", "\"a\n\"\"b\"", "\"\r\n\"", "a\"b", "\"\n\n\n\""]
            text += (cells.randomElement(using: &random) ?? "") + ",\(number)"
            text += ["\n", "\r\n", "\n\n"].randomElement(using: &random) ?? "\n"
        }
        try await Self.expect(Self.csv(try TemporaryFile(text)), 0..<40)
    }
}
