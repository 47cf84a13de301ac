import Foundation
import MillraceTesting
import Testing

@testable import Millrace

/// Lines without end and quotes that are never closed cost no more memory than the limit.
@Suite struct RecordLimitTests {
    typealias Line = RecordFileSourceTests.Line

    static func json(_ file: TemporaryFile, limit: Int, parts: Int = 1, follows: Bool = false)
        -> RecordFileSource<JSONLinesDecoder<Line>>
    {
        RecordFileSource(
            paths: [file.path], follows: follows, parts: parts, maxRecordBytes: limit
        ) { JSONLinesDecoder() }
    }

    static func csv(_ file: TemporaryFile, limit: Int) -> RecordFileSource<CSVDecoder<Line>> {
        RecordFileSource(paths: [file.path], maxRecordBytes: limit) { CSVDecoder() }
    }

    /// What a reader gives from a place on, what it refuses and why, and how much it has held at the most.
    struct Outcome {
        var numbers: [Int] = []
        var texts: [String] = []
        var errors: [String] = []
        var heldCount = 0
        var status = SourceStatus.more
    }

    static func read<D: RecordDecoder>(
        _ reader: inout RecordFileReader<D>, _ file: TemporaryFile, limit: Int = 3
    ) throws -> Outcome where D.Record == Line {
        var outcome = Outcome()
        var batch = Batch<Line>()
        while outcome.status == .more {
            outcome.status = try reader.read(into: &batch, limit: limit) { text, error in
                outcome.texts.append(text)
                outcome.errors.append(
                    "\(error)".replacingOccurrences(of: file.path, with: "FILE"))
            }
            outcome.numbers += batch.elements.map(\.n)
            outcome.heldCount = max(outcome.heldCount, reader.buffer.count)
        }
        return outcome
    }

    static func read<D: RecordDecoder>(
        _ source: RecordFileSource<D>, _ file: TemporaryFile
    ) throws -> Outcome where D.Record == Line {
        let split = try #require(try source.splits(preferred: 1).first)
        var reader = try source.reader(for: split, from: nil)
        return try read(&reader, file)
    }

    static let tooLong =
        "the record is longer than 20 bytes; give the source a greater maxRecordBytes if records may be as long"

    @Test(arguments: ["\n", "\r\n"])
    func theLimitCountsALineWithoutItsEnd(end: String) throws {
        func line(_ number: Int, _ count: Int) -> String {
            "{\"n\":\(number)" + String(repeating: " ", count: count - 7) + "}"
        }
        let lines = [line(1, 20), line(2, 21), line(3, 20), "", line(4, 900), line(5, 20)]
        let file = try TemporaryFile(lines.joined(separator: end))
        let outcome = try Self.read(Self.json(file, limit: 20), file)
        #expect(outcome.numbers == [1, 3, 5])
        #expect(outcome.errors == [2, 5].map { "FILE line \($0): \(Self.tooLong)" })
    }

    @Test func aLineWithoutEndIsPassedInBoundedMemory() throws {
        let long = String(repeating: "x", count: 5_000_000)
        for (text, numbers) in [
            (long, []), (long + "\n", []), ("{\"n\":1}\n" + long + "\n{\"n\":2}\n", [1, 2]),
        ] {
            let file = try TemporaryFile(text)
            let outcome = try Self.read(Self.json(file, limit: 100_000), file)
            #expect(outcome.numbers == numbers)
            #expect(outcome.errors.count == 1)
            #expect(outcome.texts.map(\.utf8.count) == [1024])
            #expect(outcome.heldCount <= 1 << 18)
        }
    }

    @Test func theUsualLimitLeavesLongLinesAlone() throws {
        let file = try TemporaryFile("{\"n\":1}" + String(repeating: " ", count: 3_000_000))
        let source = RecordFileSourceTests.json(file)
        #expect(try Self.read(source, file).numbers == [1])
        #expect(try Self.read(Self.json(file, limit: .max), file).numbers == [1])
    }

    /// A place inside a line that is being passed is gone on from without refusing the line again.
    @Test func readingResumesInsideALongLine() throws {
        let file = try TemporaryFile(
            "{\"n\":1}\n" + String(repeating: "x", count: 2_000_000) + "\n{\"n\":2}\nx\n")
        let source = Self.json(file, limit: 100)
        let split = try #require(try source.splits(preferred: 1).first)
        var reader = try source.reader(for: split, from: nil)
        var batch = Batch<Line>()
        var refused = 0
        while refused == 0 || reader.position.offset < 1_000_000 {
            _ = try reader.read(into: &batch, limit: 1) { _, _ in refused += 1 }
        }
        #expect(reader.position.offset < 2_000_000)
        var second = try source.reader(for: split, from: reader.position)
        let outcome = try Self.read(&second, file)
        #expect(outcome.numbers == [2])
        #expect(outcome.errors.count == 1)
        #expect(outcome.errors.first?.hasPrefix("FILE line 4, column") == true)
    }

    @Test func aFollowedLineIsRefusedBeforeItsEndHasCome() throws {
        let file = try TemporaryFile("{\"n\":1}\n" + String(repeating: "x", count: 22))
        let source = Self.json(file, limit: 20, follows: true)
        let split = try #require(try source.splits(preferred: 1).first)
        var reader = try source.reader(for: split, from: nil)
        var outcome = try Self.read(&reader, file)
        #expect(outcome.errors == ["FILE line 2: \(Self.tooLong)"])
        #expect(outcome.status == .waiting)
        try file.append("xx")
        #expect(try Self.read(&reader, file).errors.isEmpty)
        try file.append("x\n{\"n\":2}\n")
        outcome = try Self.read(&reader, file)
        #expect(outcome.numbers == [2] && outcome.errors.isEmpty)
    }

    @Test func partsPassALongLineOnce() throws {
        let file = try TemporaryFile(
            RecordFileSourceTests.lines(0..<100) + String(repeating: "x", count: 9_500_000) + "\n"
                + RecordFileSourceTests.lines(100..<200))
        let source = Self.json(file, limit: 1000, parts: 3)
        var numbers: [Int] = []
        var errors: [String] = []
        for split in try source.splits(preferred: 1) {
            var reader = try source.reader(for: split, from: nil)
            let outcome = try Self.read(&reader, file)
            numbers += outcome.numbers
            errors += outcome.errors
        }
        #expect(numbers.sorted() == Array(0..<200))
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("FILE line 101: the record is longer") == true)
    }

    static func openQuote(_ line: Int, column: Int) -> String {
        "the quote that is opened in line \(line), column \(column), is not closed within the 20 bytes that a "
            + "record may have; close it, or give the source a greater maxRecordBytes if records may be as long"
    }

    @Test func behindAnOpenQuoteReadingGoesOnAtTheNextLine() throws {
        let more = (4..<500).map { ",\($0)\n" }.joined()
        let file = try TemporaryFile("x,n\n,1\n\"a\n\",2\n\"open,3\n" + more)
        let outcome = try Self.read(Self.csv(file, limit: 20), file)
        #expect(outcome.numbers == [1, 2] + Array(4..<500))
        #expect(outcome.errors == ["FILE line 5: \(Self.openQuote(5, column: 1))"])
        #expect(outcome.texts.first?.hasPrefix("\"open,3\n,4\n") == true)
    }

    /// The row begins in one line, and the quote that is not closed is in another.
    @Test func aQuoteIsNamedByTheLineInWhichItIsOpened() throws {
        let more = (5..<500).map { ",\($0)\n" }.joined()
        let file = try TemporaryFile("x,n,y\n,1,\n\"a\n\",2,\"b\n,3,\n,4,\n,5,\n,6,\n" + more)
        let outcome = try Self.read(Self.csv(file, limit: 20), file)
        #expect(outcome.errors.first == "FILE line 3: \(Self.openQuote(4, column: 5))")
        #expect(Array(outcome.numbers.prefix(5)) == [1, 3, 4, 5, 6])
    }

    /// The last byte within the limit is the first of two quotes: the cell goes on.
    @Test func aDoubledQuoteAtTheLimitClosesNothing() throws {
        let more = (4..<500).map { ",\($0)\n" }.joined()
        let cell = "\"" + String(repeating: "a", count: 18) + "\"\"b"
        let file = try TemporaryFile("x,n\n,1\n\(cell),3\n" + more)
        let outcome = try Self.read(Self.csv(file, limit: 20), file)
        #expect(outcome.numbers == [1] + Array(4..<500))
        #expect(outcome.errors == ["FILE line 3: \(Self.openQuote(3, column: 1))"])
    }

    @Test func aLongRowWithoutAnOpenQuoteIsPassed() throws {
        let long = String(repeating: "x", count: 3_000_000)
        for text in ["\(long),2", "\"a\nb\",\(long)", "\"\(long)\",2", "\"\(long)"] {
            let file = try TemporaryFile("x,n\n,1\n\(text)\n,3\n")
            let outcome = try Self.read(Self.csv(file, limit: 20), file)
            #expect(outcome.numbers == [1, 3])
            #expect(outcome.errors.count == 1)
            #expect(outcome.heldCount <= 1 << 18)
        }
    }

    @Test func aHeaderThatIsTooLongFails() throws {
        let file = try TemporaryFile("n," + String(repeating: "x", count: 3_000_000) + "\n1,\n")
        let error = #expect(throws: StreamError.self) {
            try Self.read(Self.csv(file, limit: 20), file)
        }
        #expect(error?.place?.hasSuffix("line 1") == true)
    }

    /// What is refused does not depend on how much had been read when the limit was reached.
    @Test(arguments: [1, 2, 7, 1000])
    func whatIsRefusedDoesNotDependOnTheReads(limit: Int) throws {
        var random = SeededGenerator(seed: 1)
        var text = "x,n\n"
        for number in 0..<40_000 {
            let cell = ["", "a", "\"a\nb\"", "\"", "\"\n\n"].randomElement(using: &random) ?? ""
            text += "\(cell),\(number)\n"
        }
        let file = try TemporaryFile(text)
        let source = Self.csv(file, limit: 20)
        let split = try #require(try source.splits(preferred: 1).first)
        let whole = try Self.read(source, file)
        var reader = try source.reader(for: split, from: nil)
        let outcome = try Self.read(&reader, file, limit: limit)
        #expect(outcome.numbers == whole.numbers && outcome.errors == whole.errors)
        #expect(outcome.numbers.count > 10_000 && outcome.errors.count > 1000)
    }
}
