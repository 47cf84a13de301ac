import MillraceTesting
import Testing

@testable import Millrace

/// One file that several splits read beside each other.
@Suite struct FilePartsTests {
    typealias Line = RecordFileSourceTests.Line
    typealias JSON = RecordFileSourceTests.JSON

    /// Lines of all lengths, with blank ones between them, and the offsets at which records begin.
    private static func lines(
        _ count: Int, seed: UInt64
    ) -> (text: String, records: [(start: Int, line: Int, number: Int)]) {
        var random = SeededGenerator(seed: seed)
        var (text, records) = ("", [(start: Int, line: Int, number: Int)]())
        var line = 1
        for number in 0..<count {
            if Int.random(in: 0..<8, using: &random) == 0 {
                text += "\n"
                line += 1
            }
            records.append((text.utf8.count, line, number))
            // Some are longer than several blocks.
            let padding = Int.random(in: 0..<(number % 9 == 0 ? 400 : 40), using: &random)
            text += "{\"n\":\(number),\"x\":\"" + String(repeating: "x", count: padding) + "\"}"
            if number < count - 1 || seed % 2 == 0 { text += seed % 3 == 0 ? "\r\n" : "\n" }
            line += 1
        }
        return (text, records)
    }

    private static func source(_ file: TemporaryFile, parts: Int, blockSize: Int) -> JSON {
        var source = JSON(paths: [file.path], parts: parts) { JSONLinesDecoder() }
        source.blockSize = Int64(blockSize)
        return source
    }

    @Test(arguments: 0..<24)
    func everyRecordIsReadOnceByThePartThatOwnsItsFirstByte(seed: Int) async throws {
        let (text, records) = Self.lines(150, seed: UInt64(seed))
        let file = try TemporaryFile(text)
        for (parts, blockSize) in [(1, 64), (2, 64), (3, 50), (5, 7), (2, 1 << 20)] {
            let expected = (0..<parts).flatMap { part in
                records.filter { $0.start / blockSize % parts == part }.map { Line($0.number) }
            }
            let source = Self.source(file, parts: parts, blockSize: blockSize)
            #expect(try await SourceConformance(source, expected: expected).violations() == [])
        }
    }

    @Test func linesThatAreNoRecordsAreNamedByTheirNumber() throws {
        let (text, records) = Self.lines(60, seed: 4)
        let file = try TemporaryFile(text.replacing("\"n\":1", with: "\"n\":oops"))
        let broken = records.filter { "\($0.number)".hasPrefix("1") }
        let source = Self.source(file, parts: 3, blockSize: 64)
        var places: [String] = []
        for split in try source.splits(preferred: 1) {
            var reader = try source.reader(for: split, from: nil)
            var batch = Batch<Line>()
            while try reader.read(into: &batch, limit: 7, reject: { places.append($1.place ?? "") })
                == .more
            {}
        }
        #expect(places.count == broken.count)
        for (_, line, _) in broken {
            #expect(places.contains { $0.hasPrefix("\(file.path) line \(line),") }, "line \(line)")
        }
    }

    /// With one reader for all reads, and with a new one for each.
    @Test(arguments: 2...9, [false, true])
    func elementsAreNamedByTheNumberOfTheirLine(limit: Int, goesOn: Bool) throws {
        let (text, records) = Self.lines(80, seed: 5)
        let file = try TemporaryFile(text)
        let source = Self.source(file, parts: 2, blockSize: 100)
        for split in try source.splits(preferred: 1) {
            var reader = try source.reader(for: split, from: nil)
            var batch = Batch<Line>()
            while try reader.read(into: &batch, limit: limit, reject: { throw $1 }) == .more {
                for index in batch.elements.indices.reversed() {
                    let line = records[batch.elements[index].n].line
                    #expect(reader.place(ofElement: index) == "\(file.path) line \(line)")
                }
                if goesOn { reader = try source.reader(for: split, from: reader.position) }
            }
        }
    }

    /// Two parts of a terabyte each, of which only the last bytes are on the disk.
    private static func vastFile(_ text: String) throws -> (file: TemporaryFile, source: JSON) {
        let file = try TemporaryFile()
        let blockSize = 1 << 40
        try file.truncate(to: UInt64(blockSize) - 1)
        try file.append("\n" + text)
        return (file, source(file, parts: 2, blockSize: blockSize))
    }

    @Test func whatOtherPartsReadIsPassed() throws {
        let (_, source) = try Self.vastFile("{\"n\":7}\n")
        var reader = try source.reader(for: source.splits(preferred: 1)[1], from: nil)
        var batch = Batch<Line>()
        let status = try reader.read(into: &batch, limit: 9) { throw $1 }
        #expect(status == .finished)
        #expect(batch.elements.map(\.n) == [7])
        #expect(reader.position.offset == 1 << 40 + 8)
    }

    @Test func aLineFarBehindIsNamedByItsDistanceFromAByte() throws {
        let (file, source) = try Self.vastFile("{\"n\":7}\n{\"n\":oops}\n")
        var reader = try source.reader(for: source.splits(preferred: 1)[1], from: nil)
        var batch = Batch<Line>()
        var places: [String] = []
        _ = try reader.read(into: &batch, limit: 9) { places.append($1.place ?? "") }
        #expect(places.count == 1)
        #expect(places[0].hasPrefix("\(file.path) line 2 behind byte 1099511627776,"))
    }

    @Test func aFileThatIsCutOffMeanwhileIsRefused() throws {
        let file = try TemporaryFile(RecordFileSourceTests.lines(0..<300_000))
        let source = JSON(paths: [file.path], parts: 2) { JSONLinesDecoder() }
        var reader = try source.reader(for: source.splits(preferred: 1)[0], from: nil)
        var batch = Batch<Line>()
        while reader.position.offset < 1 << 19 {
            _ = try reader.read(into: &batch, limit: 100) { throw $1 }
        }
        try file.truncate(to: 1 << 18)
        let error = #expect(throws: StreamError.self) {
            while try reader.read(into: &batch, limit: 100, reject: { throw $1 }) == .more {}
        }
        #expect(error?.code == .inputOutput)
        #expect(error?.description.contains("has been cut off") == true)
    }

    @Test func aTopologyReadsThePartsOnAllItsWorkers() async throws {
        let count = 3000
        let file = try TemporaryFile(RecordFileSourceTests.lines(0..<count))
        var source = JSON(paths: [file.path], parts: 4) { JSONLinesDecoder() }
        source.blockSize = 1000
        let results = Collected<Keyed<Int, Int>>()
        let topology = try Topology("parts") { flow in
            flow.source(source, eventTime: { Timestamp(millis: Int64($0.n)) })
                .keyed(by: { $0.n % 10 })
                .window(.global)
                .aggregate(.count())
                .map { Keyed(key: $0.key, value: $0.value) }
                .sink(.collect(into: results))
        }
        try await topology.run(RunOptions(parallelism: 2))
        #expect(results.elements.count == 10)
        #expect(results.elements.allSatisfy { $0.value == count / 10 })
    }

    @Test func anotherNumberOfPartsIsRefused() throws {
        let file = try TemporaryFile(RecordFileSourceTests.lines(0..<9))
        let before = try Self.source(file, parts: 2, blockSize: 64).splits(preferred: 1)
        for parts in [1, 3] {
            let after = Self.source(file, parts: parts, blockSize: 64)
            let error = #expect(throws: StreamError.self) {
                _ = try after.reader(for: before[0], from: SourcePosition(offset: 0))
            }
            #expect(error?.code == .incompatibleState)
            #expect(error?.description.contains("part 1 of 2") == true)
        }
    }

    @Test func aFileThatIsNotListedAnyMoreIsReadToItsEnd() async throws {
        let file = try TemporaryFile(RecordFileSourceTests.lines(0..<40))
        let other = try TemporaryFile(RecordFileSourceTests.lines(0..<1))
        for parts in [1, 3] {
            let before = try Self.source(file, parts: parts, blockSize: 64).splits(preferred: 1)
            let after = Self.source(other, parts: parts, blockSize: 64)
            var numbers: [Int] = []
            for split in before {
                var reader = try after.reader(for: split, from: nil)
                var batch = Batch<Line>()
                while try reader.read(into: &batch, limit: 9, reject: { throw $1 }) == .more {
                    numbers += batch.elements.map(\.n)
                }
                numbers += batch.elements.map(\.n)
            }
            #expect(numbers.sorted() == Array(0..<40))
        }
    }

    @Test func theStandardInputHasNoParts() {
        let source = JSON(paths: ["-"], parts: 2) { JSONLinesDecoder() }
        #expect(throws: StreamError.self) { try source.splits(preferred: 1) }
    }
}
