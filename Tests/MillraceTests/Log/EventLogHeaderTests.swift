import Testing

@testable import Millrace

/// The format on disk, which stays.
@Suite struct EventLogHeaderTests {
    let fixture = LogFixture(syncs: false)

    static let header: EventLogHeader = {
        var header = EventLogHeader()
        header.flags = EventLogHeader.hasProducerFlag
        header.payloadBytes = 0x0102
        header.count = 3
        header.baseOffset = 0x1122
        header.times = EventLogTimes(least: -1, greatest: 9)
        header.producer = 0xAB
        header.sequence = 0xCD
        header.unsyncedBytes = 0x44
        header.payloadChecksum = 0xDEAD_BEEF
        return header
    }()

    private func bytes(_ header: EventLogHeader) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xEE, count: EventLogHeader.byteCount)
        bytes.withUnsafeMutableBytes { header.store(to: $0) }
        return bytes
    }

    @Test func theBytesAreThoseOfTheDescription() {
        let bytes = bytes(Self.header)
        let ones = [UInt8](repeating: 0xFF, count: 8)
        let zeros = [UInt8](repeating: 0, count: 7)
        var expected: [UInt8] = Array("MRLB".utf8) + [1, 0, 2, 0, 2, 1, 0, 0, 3, 0, 0, 0]
        expected += [0x22, 0x11, 0, 0, 0, 0, 0, 0]
        expected += ones + [9] + zeros + [0xAB] + zeros + [0xCD] + zeros
        expected += [0x44, 0, 0, 0, 0xEF, 0xBE, 0xAD, 0xDE]
        #expect(Array(bytes[..<64]) == expected)
        #expect(bytes.withUnsafeBytes { EventLogHeader($0) } == Self.header)
    }

    @Test func everyFlippedBitIsRefused() {
        var bytes = bytes(Self.header)
        for bit in 0..<(bytes.count * 8) {
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(bytes.withUnsafeBytes { EventLogHeader($0) } == nil)
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
        #expect(bytes.dropLast().withUnsafeBytes { EventLogHeader($0) } == nil)
    }

    @Test func aRecordIsTimeLengthsKeyAndValue() throws {
        var batch = EventLogBatch()
        try batch.append("value", key: "k", at: Timestamp(millis: 5))
        try batch.append("v", at: Timestamp(millis: -1))
        let first: [UInt8] = [5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0]
        let second = [UInt8](repeating: 0xFF, count: 12) + [1, 0, 0, 0]
        #expect(batch.bytes == first + Array("kvalue".utf8) + second + Array("v".utf8))
        #expect(batch.times == EventLogTimes(least: -1, greatest: 5))
        #expect(batch.count == 2)
    }

    /// Its checksums are right, but its records are longer than it is.
    @Test func aBatchThatWasWrittenWronglyIsRefused() throws {
        let log = try fixture.open()
        try log.enqueue(EventLogBatch(["one", "two"]), to: 0)
        try log.close()
        let file = try fixture.segments()[0]
        let bytes = try fixture.bytes(file)
        let start = EventLogHeader.byteCount
        for (field, value) in [(8, UInt8(200)), (12, 4), (12, 200), (14, 200)] {
            var wrong = bytes
            let payload = start + EventLogHeader.byteCount
            wrong[payload + field] = value
            try wrong.withUnsafeMutableBytes { all in
                let batch = UnsafeMutableRawBufferPointer(rebasing: all[start...])
                var header = try #require(EventLogHeader(UnsafeRawBufferPointer(batch)))
                header.payloadChecksum = CRC32C.checksum(
                    UnsafeRawBufferPointer(rebasing: all[payload...]))
                header.store(to: batch)
            }
            try fixture.write(wrong, to: file)
            let reader = try EventLogReader(at: fixture.path, partition: 0)
            for _ in 0..<2 {
                let error = #expect(throws: StreamError.self) { try reader.rest() }
                #expect(error?.code == .malformedInput)
            }
        }
    }
}
