import Synchronization
import Testing

@testable import Millrace

/// When appended records reach the device, and when readers see them.
@Suite struct EventLogDurabilityTests {
    let files = CrashingFiles()

    private func open(
        _ durability: EventLogOptions.Durability, time: TimeSource = .system
    ) throws -> EventLog {
        let options = EventLogOptions(segmentBytes: 4096, durability: durability, time: time)
        return try EventLog(at: "log", partitions: 1, options: options, files: files)
    }

    private func reader(_ start: EventLogStart = .earliest) throws -> EventLogReader {
        try EventLogReader(
            LogDirectory(path: "log", files: files), partition: 0, from: start, damage: .fail)
    }

    /// Whether every segment is as the device has it.
    private var isDurable: Bool {
        files.state.withLock { state in
            state.names.filter { $0.key.hasSuffix(".log") }
                .allSatisfy { state.files[$0.value]?.loose.isEmpty == true }
        }
    }

    @Test func anAppendIsDurable() async throws {
        let log = try open(.fsync)
        for number in 0..<20 {
            try await log.append("\(number)")
            #expect(isDurable)
        }
    }

    @Test func aBufferedAppendIsDurableWithTheNextSync() async throws {
        let log = try open(.osBuffered)
        try await log.append("one")
        #expect(!isDurable)
        #expect(try reader().rest().map(\.value) == ["one"])
        try log.sync()
        #expect(isDurable)
        try await log.append("two")
        #expect(!isDurable)
        try log.close()
        #expect(isDurable)
    }

    @Test func anAppendAfterTheIntervalMakesAllDurable() async throws {
        let now = Counter()
        let log = try open(.fsyncEvery(.milliseconds(100)), time: now.source)
        try await log.append("one")
        now.millis.withLock { $0 = 99 }
        try await log.append("two")
        #expect(!isDurable)
        now.millis.withLock { $0 = 100 }
        try await log.append("three")
        #expect(isDurable)
        try await log.append("four")
        #expect(!isDurable)
        // The clock is set back.
        now.millis.withLock { $0 = 50 }
        try await log.append("five")
        #expect(isDurable)
    }

    /// A writer between beginning a segment and its acknowledgement.
    @Test func aSegmentThatIsNotAcknowledgedIsNotRead() throws {
        let log = try open(.fsync)
        try log.enqueue(EventLogBatch(["one"]), to: 0)
        try log.sync()
        let reader = try reader()
        #expect(try reader.rest().map(\.value) == ["one"])
        let long = String(repeating: "x", count: 3950)
        for _ in 0..<4 { try log.enqueue(EventLogBatch([long]), to: 0) }
        try log.flush(isDurable: false)
        #expect(try LogDirectory(path: "log", files: files).segments(of: 0).count > 1)
        for start in [EventLogStart.earliest, .latest, .offset(1), .time(Timestamp(millis: 1))] {
            let other = try self.reader(start)
            #expect(try other.rest().map(\.value) == (start == .earliest ? ["one"] : []))
            #expect(other.offset == 1)
        }
        #expect(try reader.rest() == [])
        try log.sync()
        #expect(try reader.rest().map(\.value) == [String](repeating: long, count: 4))
    }

    @Test func aBatchLargerThanASegmentHasItsOwn() throws {
        let log = try open(.fsync)
        let values = (0..<5).map { String(repeating: "\($0)", count: 9000) }
        for value in values { try log.enqueue(EventLogBatch([value]), to: 0) }
        try log.sync()
        #expect(try reader().rest().map(\.value) == values)
        #expect(try LogDirectory(path: "log", files: files).segments(of: 0) == [0, 1, 2, 3, 4])
    }
}

private final class Counter: Sendable {
    let millis = Mutex<Int64>(0)
    var source: TimeSource { TimeSource { Timestamp(millis: self.millis.withLock { $0 }) } }
}
