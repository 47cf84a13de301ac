import Synchronization
import Testing

@testable import Millrace

@Suite struct EventLogRetentionTests {
    let fixture = LogFixture(syncs: false)

    /// Appends batches of ten records, each batch a second later than the one before.
    private func fill(_ log: EventLog, batches: Range<Int>) throws {
        for batch in batches {
            try log.enqueue(
                EventLogBatch(
                    (0..<10).map { "\(batch) \($0) " + String(repeating: "x", count: 80) },
                    at: Int64(batch) * 1000), to: 0)
            try log.sync()
        }
    }

    @Test func theOldestSegmentsGoBySize() throws {
        let log = try fixture.open(
            EventLogOptions(segmentBytes: 4096, retention: .init(bytesPerPartition: 12_000)))
        try fill(log, batches: 0..<50)
        let bytes = try fixture.segments().reduce(0) { $0 + (try fixture.bytes($1).count) }
        #expect(bytes <= 12_000 + 4096)
        let records = try fixture.records()
        #expect(records.last?.offset == 499)
        #expect(records.map(\.offset) == Array((records.first?.offset ?? 0)...499))
        #expect(records.count < 200)
    }

    @Test func segmentsGoByTheAgeOfTheirNewestRecord() throws {
        let now = ManualTime()
        let options = EventLogOptions(
            segmentBytes: 4096, retention: .init(age: .seconds(20)),
            time: TimeSource { now.time.withLock { $0 } })
        let log = try fixture.open(options)
        try fill(log, batches: 0..<30)
        #expect(try fixture.records().count == 300)
        now.time.withLock { $0 = Timestamp(millis: 40_000) }
        #expect(try log.enforceRetention() > 0)
        let first = try #require(try fixture.records().first)
        #expect(first.time <= Timestamp(millis: 20_000) && first.time > Timestamp(millis: 15_000))
        // The segment that is written never goes.
        now.time.withLock { $0 = .max }
        try log.enforceRetention()
        #expect(try fixture.segments().count == 1)
        #expect(try fixture.records().last?.offset == 299)
        try log.close()
        // A log that is opened again knows the ages.
        let again = try fixture.open(options)
        try fill(again, batches: 30..<40)
        try again.enforceRetention()
        #expect(try fixture.segments().count == 1)
    }

    @Test func recordsWithoutTimeDoNotAge() throws {
        let log = try fixture.open(
            EventLogOptions(
                segmentBytes: 4096, retention: .init(age: .seconds(1)),
                time: TimeSource { .max }))
        for _ in 0..<20 {
            var batch = EventLogBatch()
            try batch.append(String(repeating: "x", count: 1000))
            try log.enqueue(batch, to: 0)
        }
        try log.sync()
        #expect(try log.enforceRetention() == 0)
        #expect(try fixture.records().count == 20)
    }

    @Test func aReaderThatFellBehindFailsOrSkips() throws {
        let log = try fixture.open(
            EventLogOptions(segmentBytes: 4096, retention: .init(bytesPerPartition: 4096)))
        try fill(log, batches: 0..<1)
        let failing = try EventLogReader(at: fixture.path, partition: 0)
        let skipping = try EventLogReader(at: fixture.path, partition: 0, damage: .skip)
        #expect(try failing.read(limit: 4) { _ in } == 4)
        #expect(try skipping.read(limit: 4) { _ in } == 4)
        try fill(log, batches: 1..<30)
        // The rest of the open segment can still be read; then there is a gap.
        let error = #expect(throws: StreamError.self) { try failing.rest() }
        #expect(error?.code == .inputOutput)
        #expect(error?.storageFault == .missingRecords)
        #expect(error?.message.contains("retention") == true)
        let rest = try skipping.rest()
        #expect(rest.count + Int(skipping.skippedCount) == 296)
        #expect(skipping.skippedCount > 0 && rest.last?.offset == 299)
        let early = #expect(throws: StreamError.self) { try fixture.records(from: .offset(4)) }
        #expect(early?.message.contains("retention") == true)
        #expect(try fixture.records(from: .offset(4), damage: .skip).last?.offset == 299)
    }
}

/// A clock that a test turns by hand.
private final class ManualTime: Sendable {
    let time = Mutex(Timestamp(millis: 0))
}
