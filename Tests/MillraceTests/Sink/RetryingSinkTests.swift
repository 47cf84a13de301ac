import Millrace
import Synchronization
import Testing

@testable import MillraceTesting

@Suite struct RetryingSinkTests {
    static func sink(_ clock: JumpingClock, attempts: Int = 5) -> RetryingSink<
        LineFileSink<SinkConformanceTests.Row>
    > {
        LineFileSink<SinkConformanceTests.Row>.jsonLines("rows")
            .retrying(RetryPolicy(maximumAttempts: attempts, totalTime: nil))
    }

    /// A disk of which every `each`-th operation on names fails.
    final class FlakyFiles: FileSystem {
        let files: SimulatedFiles
        let each: Int
        private let count = Mutex(0)

        init(files: SimulatedFiles, each: Int) {
            self.files = files
            self.each = each
        }

        private func pass() throws {
            let count = count.withLock { count in
                count += 1
                return count
            }
            if count % each == 0 { throw StreamError(.inputOutput, "the disk is away") }
        }

        func open(_ path: String, _ mode: FileMode) throws -> any StoredFile {
            try pass()
            return try files.open(path, mode)
        }
        func createDirectory(_ path: String) throws { try files.createDirectory(path) }
        func list(_ directory: String) throws -> [String] {
            try pass()
            return try files.list(directory)
        }
        func rename(_ path: String, to newPath: String) throws {
            try pass()
            try files.rename(path, to: newPath)
        }
        func remove(_ path: String) throws {
            try pass()
            try files.remove(path)
        }
        func exists(_ path: String) -> Bool { files.exists(path) }
        func syncDirectory(_ path: String) throws {
            try pass()
            try files.syncDirectory(path)
        }
        func lock(_ path: String) throws -> any FileLock { try files.lock(path) }
    }

    private func write<Base: Sink>(
        _ sink: RetryingSink<Base>, _ files: any FileSystem, _ clock: JumpingClock
    ) async throws
    where Base.Element == SinkConformanceTests.Row, Base.Writer: TransactionalSinkWriter {
        var writer = try await sink.writer(
            for: SinkInstance(usesCheckpoints: true, files: files, time: clock.source))
        try await writer.recover([])
        for start in stride(from: 0, to: SinkConformanceTests.rows.count, by: 3) {
            var batch = Batch<SinkConformanceTests.Row>()
            for row in SinkConformanceTests.rows[start..<start + 3] { batch.append(row, at: .none) }
            try writer.write(&batch)
            let transaction = try await writer.prepare(checkpoint: UInt64(start + 1))
            try await writer.commit(transaction)
        }
        try await writer.close()
    }

    @Test(arguments: [5, 6, 7, 11])
    func nothingIsLostOrDoubled(each: Int) async throws {
        let clock = JumpingClock()
        let files = SimulatedFiles()
        try await write(Self.sink(clock, attempts: 30), FlakyFiles(files: files, each: each), clock)
        let lines = (files.text("rows") ?? "").split(separator: "\n").map { "\($0)" }
        #expect(lines == SinkConformanceTests.jsonRows)
        #expect(!clock.sleeps.isEmpty)
    }

    /// Whichever operation fails once: what the log's sink has staged by then is staged once. A log whose own
    /// writing has failed refuses everything, so that these runs end.
    @Test func whatIsStagedAgainIsNotDoubled() async throws {
        var repeatedCount = 0
        for operation in 1...160 {
            let clock = JumpingClock()
            let files = SimulatedFiles()
            files.state.withLock { $0.failsAt = [operation] }
            let sink = SinkConformanceTests.logSink("log", byKey: true)
                .retrying(RetryPolicy(maximumAttempts: 3))
            do { try await write(sink, files, clock) } catch let error as StreamError {
                #expect(error.code == .inputOutput)
                continue
            }
            if !clock.sleeps.isEmpty { repeatedCount += 1 }
            files.state.withLock { $0.failsAt = [] }
            let values = try SinkConformanceTests.logValues("log", files)
            #expect(values == SinkConformanceTests.rows.map(\.text), "operation \(operation)")
        }
        #expect(repeatedCount > 40)
    }

    @Test func itGivesUp() async throws {
        let clock = JumpingClock()
        await #expect(throws: StreamError.self) {
            try await write(Self.sink(clock), FlakyFiles(files: SimulatedFiles(), each: 1), clock)
        }
        #expect(clock.sleeps.count == 4)
    }

    @Test func itConforms() async throws {
        let folder = try TemporaryFolder()
        let conformance = SinkConformance(
            elements: SinkConformanceTests.rows, expected: SinkConformanceTests.jsonRows
        ) { try Self.place(in: folder) }
        #expect(try await conformance.violations() == [])
    }

    static func place(in folder: TemporaryFolder) throws -> SinkPlace<
        RetryingSink<LineFileSink<SinkConformanceTests.Row>>, String
    > {
        let path = try folder.inner() + "/rows"
        return SinkPlace(
            sink: { LineFileSink<SinkConformanceTests.Row>.jsonLines(path).retrying() },
            visible: { try SinkConformanceTests.lines(path) })
    }
}
