import Foundation
import MillraceTesting
import Testing

@testable import Millrace

@Suite struct EventLogRecoveryTests {
    let fixture = LogFixture(syncs: false)

    /// A log of three acknowledged batches of its own groups, and the place of each in the file.
    private func threeBatches() throws -> (file: String, bytes: [UInt8], places: [Int]) {
        let log = try fixture.open()
        let file = try fixture.segments()[0]
        var places: [Int] = []
        for batch in ["a", "b", "c"] {
            places.append(try fixture.bytes(file).count)
            try log.enqueue(
                EventLogBatch([batch + "0", batch + "1"]), to: 0,
                from: EventLogProducer(id: 1, sequence: UInt64(places.count)))
            try log.sync()
        }
        try log.close()
        return (file, try fixture.bytes(file), places)
    }

    @Test func aTornEndIsCutOffWhereverItIsTorn() throws {
        let (file, whole, places) = try threeBatches()
        for size in places[2]..<whole.count {
            try fixture.write(whole[..<size], to: file)
            try fixture.forgetMarks()
            var log = try fixture.open()
            let torn = size - places[2]
            let repair = EventLogRepair(
                path: file, position: places[2], byteCount: torn, isTornEnd: true,
                lost: EventLogGap(partition: 0, offsets: 4..<4))
            #expect(log.repairs == (torn == 0 ? [] : [repair]))
            #expect(try fixture.bytes(file).count == places[2])
            // The step that was torn is appended again, at the same place.
            let producer = EventLogProducer(id: 1, sequence: 3)
            let place = try log.enqueue(EventLogBatch(["again"]), to: 0, from: producer)
            #expect(place?.offset == 4)
            try log.close()
            #expect(try fixture.values() == ["a0", "a1", "b0", "b1", "again"])
            log = try fixture.open()
            #expect(log.repairs == [])
            try log.close()
        }
    }

    @Test func anEndOfOtherBytesIsCutOff() throws {
        let (file, whole, places) = try threeBatches()
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            var bytes = whole
            let position = Int.random(in: places[2]..<bytes.count, using: &random)
            bytes[position] ^= UInt8.random(in: 1...255, using: &random)
            if Bool.random(using: &random) { bytes += [UInt8](repeating: 0, count: 100) }
            try fixture.write(bytes, to: file)
            try fixture.forgetMarks()
            let log = try fixture.open()
            #expect(log.repairs.map(\.position) == [places[2]])
            try log.close()
            #expect(try fixture.values() == ["a0", "a1", "b0", "b1"])
        }
    }

    /// What was acknowledged is never taken for a torn end: neither cut off nor altered.
    @Test func acknowledgedRecordsAtTheEndAreNotCutOff() throws {
        let (file, whole, places) = try threeBatches()
        var altered = whole
        altered[places[2] + 70] ^= 1
        for bytes in [altered, Array(whole[..<places[2]]), Array(whole[..<(whole.count - 1)])] {
            try fixture.write(bytes, to: file)
            let error = #expect(throws: StreamError.self) { try fixture.open() }
            #expect(error?.code == .malformedInput)
            #expect(error?.storageFault == .damagedRecords)
            #expect(error?.place == "'\(file)' byte \(places[2])")
            #expect(try fixture.bytes(file) == bytes)
        }
    }

    /// Who had read the lost records must neither stand behind the end of the log nor miss what takes their
    /// place.
    @Test func theOffsetsOfSkippedRecordsAtTheEndAreNotGivenAgain() throws {
        let (file, whole, places) = try threeBatches()
        let lost = EventLogGap(partition: 0, offsets: 4..<6)
        for bytes in [Array(whole[..<places[2]]), Array(whole[..<(whole.count - 1)])] {
            try fixture.write(bytes, to: file)
            let log = try fixture.open(EventLogOptions(damage: .skip))
            #expect(log.repairs.map(\.lost) == [lost])
            #expect(try log.enqueue(EventLogBatch(["next"]), to: 0)?.offset == 6)
            try log.close()
            #expect(try fixture.records(damage: .skip).map(\.offset) == [0, 1, 2, 3, 6])
            #expect(try fixture.values(from: .offset(6)) == ["next"])
            #expect(throws: StreamError.self) { try fixture.values() }
            if bytes.count == places[2] {
                // Between whole segments, and not before the first: retention leaves no such gap.
                for start in [EventLogStart.earliest, .offset(5)] {
                    let error = #expect(throws: StreamError.self) {
                        try fixture.values(from: start)
                    }
                    #expect(error?.storageFault == .missingRecords)
                    #expect(error?.message.contains("lost to damage") == true)
                    #expect(error?.message.contains("retention") == false)
                }
            }
            let behind = #expect(throws: StreamError.self) { try fixture.values(from: .offset(8)) }
            #expect(behind?.storageFault == .offsetOutOfRange)
            let again = try fixture.open()
            #expect(again.repairs == [])
            #expect(try again.enqueue(EventLogBatch(["last"]), to: 0)?.offset == 7)
            try again.close()
            try FileManager.default.removeItem(atPath: fixture.segments()[1])
            try fixture.write(whole, to: file)
            try fixture.forgetMarks()
            try fixture.open().close()
        }
    }

    /// The batches of one group reach the device in any order: what is whole behind a hole was never
    /// acknowledged.
    @Test func aGroupWithAHoleIsATornEnd() throws {
        var log = try fixture.open()
        let file = try fixture.segments()[0]
        try log.enqueue(EventLogBatch(["safe"]), to: 0)
        try log.sync()
        let start = try fixture.bytes(file).count
        for value in ["lost 1", "lost 2", "lost 3"] {
            try log.enqueue(EventLogBatch([value]), to: 0)
        }
        try log.sync()
        try log.close()
        for position in [start, start + 30, start + 80] {
            let bytes = try fixture.bytes(file)
            try fixture.damage(file, at: position)
            try fixture.forgetMarks()
            log = try fixture.open()
            #expect(
                log.repairs == [
                    EventLogRepair(
                        path: file, position: start, byteCount: bytes.count - start,
                        isTornEnd: true, lost: EventLogGap(partition: 0, offsets: 1..<1))
                ])
            try log.close()
            #expect(try fixture.values() == ["safe"])
            try fixture.write(bytes, to: file)
        }
    }

    @Test func damageInTheMiddleIsAnErrorThatNamesThePlace() throws {
        let (file, _, places) = try threeBatches()
        for position in places[1]..<places[2] {
            try fixture.damage(file, at: position)
            for attempt in [
                { _ = try fixture.open() }, { _ = try fixture.records() },
            ] {
                let error = #expect(throws: StreamError.self, performing: attempt)
                #expect(error?.code == .malformedInput)
                #expect(error?.place == "'\(file)' byte \(places[1])")
            }
            // What comes before the damage has been handed out by then.
            let reader = try EventLogReader(at: fixture.path, partition: 0)
            var values: [String] = []
            #expect(throws: StreamError.self) {
                _ = try reader.read(limit: 9) {
                    values.append(String(decoding: $0.value, as: UTF8.self))
                }
            }
            #expect(values == ["a0", "a1"])
            try fixture.damage(file, at: position)
        }
    }

    @Test func damageInTheMiddleIsSkippedAndCountedByChoice() throws {
        let (file, _, places) = try threeBatches()
        for position in [places[1], places[1] + 9, places[1] + 100] {
            try fixture.damage(file, at: position)
            let log = try fixture.open(EventLogOptions(damage: .skip))
            #expect(
                log.repairs == [
                    EventLogRepair(
                        path: file, position: places[1], byteCount: places[2] - places[1],
                        isTornEnd: false, lost: EventLogGap(partition: 0, offsets: 2..<4))
                ])
            try log.close()
            var gaps: [EventLogGap] = []
            let reader = try EventLogReader(
                at: fixture.path, partition: 0, damage: .skip, skipped: { gaps.append($0) })
            #expect(try reader.rest().map(\.offset) == [0, 1, 4, 5])
            #expect(reader.skippedCount == 2)
            #expect(gaps.map(\.description) == ["partition 0, offsets 2 to 3"])
            try fixture.damage(file, at: position)
        }
    }

    @Test func damageAtTheEndOfAFullSegmentIsCounted() throws {
        let log = try fixture.open(EventLogOptions(segmentBytes: 4096))
        for number in 0..<30 {
            try log.enqueue(
                EventLogBatch([String(repeating: "\(number % 10)", count: 500)]), to: 0)
        }
        try log.close()
        let first = try fixture.segments()[0]
        let inFirst = Int(String(try fixture.segments()[1].suffix(24).prefix(20))) ?? 0
        let size = try fixture.bytes(first).count
        try fixture.damage(first, at: size - 1)
        let reader = try EventLogReader(at: fixture.path, partition: 0, damage: .skip)
        #expect(
            try reader.rest().map { Int($0.offset) } == (0..<30).filter { $0 != inFirst - 1 })
        #expect(reader.skippedCount == 1)
        #expect(throws: StreamError.self) { try fixture.records() }
    }

    /// Readers do not need the marks of a writer that has never been closed.
    @Test func aWriterThatDiesLeavesAReadableLog() async throws {
        var log: EventLog? = try fixture.open()
        try await log?.append("kept", at: .none)
        try log?.enqueue(EventLogBatch(["never synced"]), to: 0)
        log = nil
        #expect(try fixture.values() == ["kept"])
        #expect(try fixture.open().repairs == [])
    }

    @Test func lostMarksAndIndexesAreMadeAgain() throws {
        let log = try fixture.open(EventLogOptions(segmentBytes: 4096))
        let values = (0..<200).map { "value \($0) " + String(repeating: "x", count: 50) }
        for value in values { try log.enqueue(EventLogBatch([value], at: 5), to: 0) }
        try log.close()
        for name in try FileManager.default.contentsOfDirectory(atPath: fixture.path + "/0")
        where name.hasSuffix(".index") {
            try fixture.write([1, 2, 3], to: "\(fixture.path)/0/\(name)")
        }
        try fixture.write([], to: fixture.path + "/log.committed")
        #expect(throws: StreamError.self) { try fixture.records() }
        try fixture.open().close()
        #expect(try fixture.values() == values)
        #expect(try fixture.values(from: .offset(150)) == Array(values[150...]))
        #expect(try fixture.values(from: .time(Timestamp(millis: 5))) == values)
        #expect(try fixture.values(from: .time(Timestamp(millis: 6))) == [])
    }
}
