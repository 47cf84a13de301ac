import Testing

@testable import Millrace

@Suite struct EventLogProducerTests {
    let fixture = LogFixture(syncs: false)

    private func append(
        _ log: EventLog, _ value: String, _ id: UInt64, _ sequence: UInt64, to partition: Int = 0
    ) async throws -> Int64? {
        let producer = EventLogProducer(id: id, sequence: sequence)
        return try await log.append(EventLogBatch([value]), to: partition, from: producer)?.offset
    }

    @Test func repeatedStepsAppendNothing() async throws {
        for round in 0..<3 {
            let log = try fixture.open(partitions: 2)
            #expect(try await append(log, "a", 1, 0) == (round == 0 ? 0 : nil))
            #expect(try await append(log, "b", 1, 5) == (round == 0 ? 1 : nil))
            #expect(try await append(log, "older", 1, 4) == nil)
            #expect(try await append(log, "c", 2, 5) == (round == 0 ? 2 : nil))
            #expect(try await append(log, "d", 1, 5, to: 1) == (round == 0 ? 0 : nil))
            try log.close()
        }
        #expect(try fixture.values() == ["a", "b", "c"])
        #expect(try fixture.values(1) == ["d"])
    }

    @Test func anEnqueuedStepIsKnownBeforeItIsWritten() throws {
        let log = try fixture.open()
        let producer = EventLogProducer(id: 9, sequence: 1)
        #expect(try log.enqueue(EventLogBatch(["a"]), to: 0, from: producer) != nil)
        #expect(try log.enqueue(EventLogBatch(["a"]), to: 0, from: producer) == nil)
        try log.sync()
        #expect(try fixture.values() == ["a"])
    }

    @Test func retentionForgetsNoProducer() async throws {
        let options = EventLogOptions(
            segmentBytes: 4096, retention: .init(bytesPerPartition: 8192))
        var log = try fixture.open(options)
        #expect(try await append(log, "first", 77, 3) == 0)
        let filler = String(repeating: "x", count: 500)
        for _ in 0..<100 { try await log.append(filler, at: .none) }
        #expect(try fixture.segments().count <= 3)
        #expect(try await append(log, "first", 77, 3) == nil)
        try log.close()
        log = try fixture.open(options)
        #expect(try await append(log, "first", 77, 3) == nil)
        #expect(try await append(log, "next", 77, 4) == 101)
    }

    /// A crash while a segment is begun leaves it empty, or with half a table.
    @Test(arguments: [0, 1, 30, 60, 83])
    func aTornTableIsMadeAgain(size: Int) async throws {
        let options = EventLogOptions(segmentBytes: 4096)
        var log = try fixture.open(options)
        #expect(try await append(log, "first", 77, 3) == 0)
        let filler = String(repeating: "x", count: 1000)
        while try fixture.segments().count < 3 { try await log.append(filler, at: .none) }
        try log.close()
        let last = try #require(try fixture.segments().last)
        try fixture.write(try fixture.bytes(last).prefix(size), to: last)
        try fixture.forgetMarks()
        for _ in 0..<2 {
            log = try fixture.open(options)
            #expect(try await append(log, "first", 77, 3) == nil)
            try log.close()
        }
        log = try fixture.open(options)
        let end = try await append(log, "next", 77, 4)
        #expect(try fixture.records().last?.offset == end)
        #expect(try fixture.records().map(\.offset) == Array(0...(end ?? -1)))
    }
}
