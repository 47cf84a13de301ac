import MillraceTesting
import Synchronization
import Testing

@testable import Millrace

/// The machine crashes at any step, and loses any part of what was not durable.
@Suite struct EventLogCrashTests {
    /// What a log was told, and what it has acknowledged.
    struct History {
        /// The values of each partition, in order, with the producer's sequence.
        var appended: [[String]] = [[], []]
        var safeCount = [0, 0]
    }

    static let options = EventLogOptions(
        segmentBytes: 4096, retention: .init(bytesPerPartition: 20_000))

    private func values(_ files: CrashingFiles, _ partition: Int) throws -> [Int64: String] {
        let reader = try EventLogReader(
            LogDirectory(path: "log", files: files), partition: partition, from: .earliest,
            damage: .fail)
        return Dictionary(
            uniqueKeysWithValues: try reader.rest(limit: 50).map { ($0.offset, $0.value) })
    }

    /// Appends until the machine crashes. Each step is repeated once, as after a failed commit.
    private func run(
        _ files: CrashingFiles, _ history: inout History, steps: Int,
        _ random: inout SeededGenerator
    ) throws {
        let log = try EventLog(at: "log", partitions: 2, options: Self.options, files: files)
        #expect(!log.repairs.contains { !$0.isTornEnd })
        for partition in 0..<2 {
            // What was enqueued last and not acknowledged may be gone: it counts as never appended.
            let end = log.queue.withLock { Int($0.pending[partition].endOffset) }
            try #require(end >= history.safeCount[partition])
            try #require(end <= history.appended[partition].count)
            history.appended[partition].removeLast(history.appended[partition].count - end)
            history.safeCount[partition] = end
            for (offset, value) in try values(files, partition) {
                #expect(value == history.appended[partition][Int(offset)])
            }
        }
        for _ in 0..<steps {
            let partition = Int.random(in: 0..<2, using: &random)
            let first = history.appended[partition].count
            let size = Int.random(in: 0..<400, using: &random)
            let values = (first..<first + Int.random(in: 1...4, using: &random)).map {
                "\($0) " + String(repeating: "v", count: size)
            }
            let producer = EventLogProducer(id: 5, sequence: UInt64(first))
            for attempt in 0..<2 {
                let place = try log.enqueue(
                    EventLogBatch(values), to: partition, from: producer)
                #expect(place?.offset == (attempt == 0 ? Int64(first) : nil))
                if attempt == 0 { history.appended[partition] += values }
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                try log.sync()
                for partition in 0..<2 {
                    history.safeCount[partition] = history.appended[partition].count
                }
            } else if Bool.random(using: &random) {
                try log.flush(isDurable: false)
            }
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func whatWasAcknowledgedIsThereAndNothingElse(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var files = CrashingFiles()
        var history = History()
        for _ in 0..<8 {
            files.crash(after: Int.random(in: 1..<150, using: &random))
            do {
                try run(files, &history, steps: 60, &random)
            } catch let error as StreamError where error.message.contains("crashed") {
                // Where the crash was meant to be.
            }
            files = files.afterCrash(&random)
        }
        try run(files, &history, steps: 0, &random)
        for partition in 0..<2 {
            let read = try values(files, partition)
            #expect(read.keys.max() ?? -1 == Int64(history.appended[partition].count) - 1)
        }
    }

    @Test func afterAFailureNothingIsAppended() async throws {
        let files = CrashingFiles()
        let log = try EventLog(at: "log", partitions: 1, options: Self.options, files: files)
        try await log.append("kept")
        files.crash(after: 1)
        let results = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask { (try? await log.append("\(number)")) != nil }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(results == [Bool](repeating: false, count: 20))
        files.crash(after: .max)
        // The device works again; what was written in between is unknown.
        await #expect(throws: StreamError.self) { try await log.append("refused") }
        #expect(throws: StreamError.self) { try log.sync() }
        #expect(try values(files, 0) == [0: "kept"])
        #expect(throws: StreamError.self) { try log.close() }
        let again = try EventLog(at: "log", partitions: 1, options: Self.options, files: files)
        try await again.append("later")
        #expect(try values(files, 0).values.contains("later"))
    }
}
