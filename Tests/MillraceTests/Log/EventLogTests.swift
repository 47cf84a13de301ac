import Foundation
import Testing

@testable import Millrace

@Suite struct EventLogTests {
    let fixture = LogFixture()

    @Test func recordsComeBackAsTheyWereAppended() async throws {
        let log = try fixture.open()
        let time = Timestamp(millis: -5)
        try await log.append("first", key: "k", at: time)
        try await log.append([], key: [], at: Timestamp(millis: 7))
        let position = try await log.append("no key", at: .none)
        #expect(position == EventLogPosition(partition: 0, offset: 2))
        let expected = [
            LogFixture.Record(offset: 0, key: "k", value: "first", time: time),
            LogFixture.Record(offset: 1, key: "", value: "", time: Timestamp(millis: 7)),
            LogFixture.Record(offset: 2, key: nil, value: "no key", time: .none),
        ]
        for limit in [1, 2, 100] { #expect(try fixture.records(limit: limit) == expected) }
    }

    @Test(arguments: [
        EventLogOptions.Durability.fsync, .osBuffered, .fsyncEvery(.seconds(1)),
    ])
    func aReopenedLogGoesOn(durability: EventLogOptions.Durability) async throws {
        var expected: [String] = []
        for round in 0..<4 {
            let log = try fixture.open(EventLogOptions(segmentBytes: 4096, durability: durability))
            #expect(log.repairs == [])
            for batch in 0..<5 {
                let values = (0..<20).map { "\(round).\(batch).\($0)" }
                let position = try await log.append(EventLogBatch(values), to: 0)
                #expect(position?.offset == Int64(expected.count))
                expected += values
            }
            #expect(try fixture.values() == expected)
            try log.close()
        }
        #expect(try fixture.segments().count > 2)
        let read = try fixture.records(limit: 7)
        #expect(read.map(\.value) == expected)
        #expect(read.map(\.offset) == Array(0..<Int64(expected.count)))
    }

    @Test func everyOffsetCanBeTheFirst() async throws {
        let log = try fixture.open(EventLogOptions(segmentBytes: 4096))
        let values = (0..<300).map { "value \($0)" }
        for start in stride(from: 0, to: 300, by: 10) {
            try log.enqueue(EventLogBatch(Array(values[start..<start + 10])), to: 0)
        }
        try log.sync()
        for offset in 0...300 {
            let rest = try fixture.records(from: .offset(Int64(offset)))
            #expect(rest.map(\.value) == Array(values[offset...]))
        }
        #expect(throws: StreamError.self) { try fixture.records(from: .offset(301)) }
        #expect(throws: StreamError.self) { try fixture.records(from: .offset(-1)) }
        #expect(try fixture.records(from: .latest) == [])
    }

    @Test func aKeyHasOnePartition() async throws {
        let log = try fixture.open(partitions: 4)
        var partitions: [Int: Int] = [:]
        for number in 0..<200 {
            let position = try await log.append("\(number)", key: "key \(number % 20)")
            #expect(partitions[number % 20, default: position.partition] == position.partition)
            partitions[number % 20] = position.partition
        }
        #expect(Set(partitions.values) == [0, 1, 2, 3])
        // The places are part of the format.
        var keys = ["a", "b", "c", "d", "e"]
        let places = keys.indices.map { index in
            keys[index].withUTF8 { log.partition(forKey: UnsafeRawBufferPointer($0)) }
        }
        #expect(places == keys.map { Int($0.stableHash >> 62) })
    }

    @Test func recordsWithoutKeyTakeTurns() async throws {
        let log = try fixture.open(partitions: 3)
        for number in 0..<9 { try await log.append("\(number)") }
        for partition in 0..<3 { #expect(try fixture.records(partition).count == 3) }
    }

    @Test func aSecondWriterIsRefused() throws {
        let log = try fixture.open()
        let error = #expect(throws: StreamError.self) { try fixture.open() }
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("one writer at a time") == true)
        #expect(error?.storageFault == .inUse)
        try log.close()
        _ = try fixture.open()
    }

    @Test func aClosedLogRefusesAppends() async throws {
        let log = try fixture.open()
        try log.enqueue(EventLogBatch(["kept"]), to: 0)
        try log.close()
        try log.close()
        await #expect(throws: StreamError.self) { try await log.append("lost") }
        #expect(try fixture.values() == ["kept"])
    }

    @Test func theNumberOfPartitionsStays() throws {
        try fixture.open(partitions: 2).close()
        let error = #expect(throws: StreamError.self) { try fixture.open(partitions: 3) }
        #expect(error?.code == .incompatibleState)
        #expect(throws: StreamError.self) { try fixture.records(2) }
    }

    @Test func whatIsNoLogIsRefused() throws {
        #expect(throws: StreamError.self) { try fixture.records() }
        try FileManager.default.createDirectory(
            atPath: fixture.path, withIntermediateDirectories: true)
        try fixture.write("something else".utf8, to: fixture.path + "/log.meta")
        let error = #expect(throws: StreamError.self) { try fixture.open() }
        #expect(error?.code == .incompatibleState)
    }

    @Test func readersSeeOnlyWhatIsCommitted() async throws {
        let log = try fixture.open()
        try await log.append("one")
        let reader = try EventLogReader(at: fixture.path, partition: 0)
        #expect(try reader.rest().map(\.value) == ["one"])
        // Written to the file, but neither synced nor acknowledged.
        try log.enqueue(EventLogBatch(["two"]), to: 0)
        try log.flush(isDurable: false)
        #expect(try fixture.bytes(fixture.segments()[0]).suffix(3) == Array("two".utf8))
        #expect(try reader.rest() == [])
        #expect(try fixture.values() == ["one"])
        try log.sync()
        #expect(try reader.rest().map(\.value) == ["two"])
        #expect(try reader.endOffset() == 2)
    }

    @Test func manyAppendersShareGroups() async throws {
        let log = try fixture.open(partitions: 2, EventLogOptions(segmentBytes: 16 << 10))
        let places = try await withThrowingTaskGroup(of: [EventLogPosition].self) { group in
            for task in 0..<50 {
                group.addTask {
                    var places: [EventLogPosition] = []
                    for number in 0..<20 {
                        let text = "\(task) \(number)"
                        places.append(try await log.append(text, key: "\(task)"))
                        // What is acknowledged can be read at once.
                        let place = places[places.count - 1]
                        let reader = try EventLogReader(
                            at: log.path, partition: place.partition,
                            from: .offset(place.offset))
                        var first = ""
                        _ = try reader.read(limit: 1) {
                            first = String(decoding: $0.value, as: UTF8.self)
                        }
                        #expect(first == text)
                    }
                    return places
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(places).count == 1000)
        var next: [String: Int] = [:]
        for partition in 0..<2 {
            for record in try fixture.records(partition) {
                let words = record.value.split(separator: " ").map(String.init)
                #expect(next[words[0], default: 0] == Int(words[1]), "in the order of the task")
                next[words[0], default: 0] += 1
            }
        }
        #expect(next.values.allSatisfy { $0 == 20 } && next.count == 50)
    }

    /// A reader that follows sees every record once, in order, over the ends of segments.
    @Test func aReaderFollowsAWriter() async throws {
        let log = try fixture.open(EventLogOptions(segmentBytes: 4096, durability: .osBuffered))
        let count = 5000
        async let written: Void = {
            for start in stride(from: 0, to: count, by: 5) {
                let values = (start..<start + 5).map { "\($0)" }
                try await log.append(EventLogBatch(values), to: 0)
            }
        }()
        let reader = try EventLogReader(at: fixture.path, partition: 0)
        var next = 0
        var isWhole = true
        while next < count {
            let got = try reader.read(limit: 64) { record in
                isWhole = isWhole && String(decoding: record.value, as: UTF8.self) == "\(next)"
                next += 1
            }
            if got == 0 { await Task.yield() }
        }
        try await written
        #expect(isWhole)
        #expect(try fixture.segments().count > 10)
    }

    @Test func tooMuchForABatchIsRefused() throws {
        var batch = try EventLogBatch(["one"])
        let size = EventLogBatch.maximumByteCount
        // Safety: the address is never read: the size is refused first.
        let large = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 16), count: size)
        #expect(throws: StreamError.self) { try batch.append(large) }
        #expect(batch.count == 1)
    }
}
