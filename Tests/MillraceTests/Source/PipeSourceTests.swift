import Foundation
import Millrace
import Testing

/// Input that is no regular file. One test at a time: there is one standard input.
@Suite(.serialized) struct PipeSourceTests {
    typealias Line = RecordFileSourceTests.Line

    private func run(_ path: String, follows: Bool = false) async throws -> [Int] {
        let read = Collected<Line>()
        try await Topology("t") { flow in
            flow.source(.jsonLines(path, as: Line.self, follows: follows))
                .sink(.collect(into: read))
        }.run()
        return read.elements.map(\.n)
    }

    /// Puts a descriptor in the place of the standard input while `body` runs.
    private func withStandardInput(
        _ descriptor: Int32, _ body: () async throws -> Void
    ) async throws {
        let saved = dup(0)
        _ = dup2(descriptor, 0)
        defer {
            _ = dup2(saved, 0)
            _ = close(saved)
        }
        try await body()
    }

    @Test func theStandardInputAsAFile() async throws {
        let file = try TemporaryFile(RecordFileSourceTests.lines(0..<5) + "{\"n\":5}")
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file.path))
        try await withStandardInput(handle.fileDescriptor) {
            let numbers = try await run("-")
            #expect(numbers == [0, 1, 2, 3, 4, 5])
        }
    }

    @Test func theStandardInputAsAPipe() async throws {
        let pipe = Pipe()
        try await withStandardInput(pipe.fileHandleForReading.fileDescriptor) {
            // More than a pipe holds, in pieces that do not end where lines do.
            let bytes = Array(RecordFileSourceTests.lines(0..<10_000).utf8)
            let writer = pipe.fileHandleForWriting
            Thread.detachNewThread {
                for start in stride(from: 0, to: bytes.count, by: 1001) {
                    let piece = bytes[start..<min(bytes.count, start + 1001)]
                    try? writer.write(contentsOf: Data(piece))
                }
                try? writer.close()
            }
            let numbers = try await run("-")
            #expect(numbers == Array(0..<10_000))
        }
    }

    @Test func aPipeCannotBeReadFromAPosition() async throws {
        let pipe = Pipe()
        try await withStandardInput(pipe.fileHandleForReading.fileDescriptor) {
            let source = RecordFileSource(paths: ["-"]) { JSONLinesDecoder<Line>() }
            let split = try source.splits(preferred: 1)[0]
            #expect(split.size == nil)
            #expect { _ = try source.reader(for: split, from: SourcePosition(offset: 1)) } throws: {
                ($0 as? StreamError)?.code == .inputOutput
            }
        }
    }

    /// A named pipe is opened once: a second opening would lose what is written to the first.
    @Test func aNamedPipe() async throws {
        let file = try TemporaryFile()
        _ = unlink(file.path)
        try #require(mkfifo(file.path, 0o600) == 0)
        Thread.detachNewThread {
            let writer = try? FileHandle(forWritingTo: URL(fileURLWithPath: file.path))
            try? writer?.write(contentsOf: Data(RecordFileSourceTests.lines(0..<100).utf8))
            try? writer?.close()
        }
        #expect(try await run(file.path) == Array(0..<100))
    }
}
