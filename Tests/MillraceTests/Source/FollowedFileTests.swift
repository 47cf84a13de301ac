import Foundation
import Millrace
import Testing

/// A file that grows, shrinks or is replaced while it is followed, step by step.
@Suite struct FollowedFileTests {
    typealias Line = RecordFileSourceTests.Line

    /// A followed file and its reader.
    struct Following {
        let file: TemporaryFile
        var reader: RecordFileReader<JSONLinesDecoder<Line>>

        init(_ file: TemporaryFile, from position: SourcePosition? = nil) throws {
            self.file = file
            let source = RecordFileSourceTests.json(file, follows: true)
            reader = try source.reader(for: try source.splits(preferred: 1)[0], from: position)
        }

        /// Everything up to the point where there is nothing more now.
        mutating func read() throws -> [Int] {
            var numbers: [Int] = []
            var batch = Batch<Line>()
            while true {
                let status = try reader.read(into: &batch, limit: 2) { _, error in throw error }
                numbers += batch.elements.map(\.n)
                if status == .waiting { return numbers }
                #expect(status != .finished)
            }
        }

        mutating func expect(
            _ numbers: [Int], sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let read = try read()
            #expect(read == numbers, sourceLocation: sourceLocation)
        }
    }

    @Test func whatIsAppendedIsRead() throws {
        var following = try Following(TemporaryFile())
        try following.expect([])
        try following.file.append(RecordFileSourceTests.lines(0..<3))
        try following.expect([0, 1, 2])
        try following.expect([])
        try following.file.append(RecordFileSourceTests.lines(3..<2000))
        try following.expect(Array(3..<2000))
    }

    @Test func anUnfinishedLineWaitsForItsEnd() throws {
        var following = try Following(TemporaryFile())
        for byte in "{\"n\":12}" {
            try following.file.append(String(byte))
            try following.expect([])
            #expect(following.reader.position.offset == 0)
        }
        try following.file.append("\n{")
        try following.expect([12])
        #expect(following.reader.position.offset == 9)
        #expect(following.reader.position.detail.hasPrefix("2 "))
    }

    @Test func goesOnWhereAnotherReaderStopped() throws {
        var first = try Following(TemporaryFile(RecordFileSourceTests.lines(0..<5) + "{\"n\""))
        try first.expect([0, 1, 2, 3, 4])
        var second = try Following(first.file, from: first.reader.position)
        try second.expect([])
        try first.file.append(":5}\n")
        try second.expect([5])
        try first.expect([5])
    }

    @Test func aFileThatIsCutOffFails() throws {
        var following = try Following(TemporaryFile(RecordFileSourceTests.lines(0..<5)))
        try following.expect([0, 1, 2, 3, 4])
        try following.file.truncate(to: 8)
        #expect { try following.read() } throws: {
            "\($0)".contains("cut off: it has 8 bytes, but 40 had been read")
        }
    }

    @Test func aFileThatIsReplacedIsReadToItsEndAndFails() throws {
        var following = try Following(TemporaryFile(RecordFileSourceTests.lines(0..<2)))
        var batch = Batch<Line>()
        _ = try following.reader.read(into: &batch, limit: 1) { _, error in throw error }
        try following.file.replace(by: RecordFileSourceTests.lines(5..<6))
        var numbers: [Int] = []
        #expect {
            while true {
                _ = try following.reader.read(into: &batch, limit: 1) { _, error in throw error }
                numbers += batch.elements.map(\.n)
            }
        } throws: { "\($0)".contains("replaced by another file") }
        #expect(numbers.suffix(1) == [1])
    }

    @Test func aFileThatIsMissingForAMomentIsWaitedFor() throws {
        var following = try Following(TemporaryFile(RecordFileSourceTests.lines(0..<2)))
        try following.expect([0, 1])
        _ = unlink(following.file.path)
        try following.expect([])
    }

    @Test func aFollowedFileRunsUntilItIsCancelled() async throws {
        let file = try TemporaryFile(RecordFileSourceTests.lines(0..<10))
        let read = Collected<Line>()
        let topology = try Topology("t") { flow in
            flow.source(.jsonLines(file.path, as: Line.self, follows: true))
                .sink(.collect(into: read))
        }
        let running = Task { try await topology.run() }
        while read.elements.count < 10 { await Task.yield() }
        try file.append(RecordFileSourceTests.lines(10..<20))
        while read.elements.count < 20 { await Task.yield() }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        #expect(read.elements.map(\.n) == Array(0..<20))
    }
}
