/// The head of a batch in a segment file.
///
/// A segment file is a run of batches without gaps. All numbers are little-endian. A batch is
///
/// | bytes | field | |
/// |---|---|---|
/// | 0–3 | magic | `MRLB`, 0x4D 0x52 0x4C 0x42 |
/// | 4–5 | version | 1 |
/// | 6–7 | flags | bit 0: a table of producers; bit 1: the batch has a producer |
/// | 8–11 | payload bytes | how many follow the header |
/// | 12–15 | count | records, or entries of the table |
/// | 16–23 | base offset | of the first record; of the next record for a table, which has no offset |
/// | 24–31 | least timestamp | of the records that have one, in milliseconds since 1970; minimum: none |
/// | 32–39 | greatest timestamp | likewise |
/// | 40–47 | producer | 0 without bit 1 |
/// | 48–55 | sequence | 0 without bit 1 |
/// | 56–59 | unsynced bytes | how many bytes just before this batch were not durable when it was written |
/// | 60–63 | payload checksum | CRC-32C of the payload |
/// | 64–67 | header checksum | CRC-32C of bytes 0–63 |
/// | 68– | payload | |
///
/// The payload of a batch of records is, for each record, its timestamp (8 bytes; the minimum is "none"),
/// the length of its key (4; 0xFFFFFFFF is "no key"), the length of its value (4), the key and the value.
/// That of a table of producers is, for each, its id (8) and the highest sequence appended for it (8).
/// Every segment begins with a table, so that retention does not forget a producer.
///
/// The header has a checksum of its own so that headers can be walked without reading what is between
/// them. The number of unsynced bytes tells damage from a torn end: what lies before a whole batch and was
/// durable when that was written can only have been lost by damage.
struct EventLogHeader: Sendable, Equatable {
    static let byteCount = 68
    static let magic: UInt32 = 0x424C_524D
    static let version: UInt16 = 1
    static let isTableFlag: UInt16 = 1
    static let hasProducerFlag: UInt16 = 2

    var flags: UInt16 = 0
    var payloadBytes: UInt32 = 0
    var count: UInt32 = 0
    var baseOffset: Int64 = 0
    var times = EventLogTimes()
    var producer: UInt64 = 0
    var sequence: UInt64 = 0
    var unsyncedBytes: UInt32 = 0
    var payloadChecksum: UInt32 = 0

    /// Whether the payload is a table of producers.
    var isTable: Bool { flags & Self.isTableFlag != 0 }
    /// Whether the batch has a producer and a sequence.
    var hasProducer: Bool { flags & Self.hasProducerFlag != 0 }
    /// How many bytes the batch takes in all.
    var batchBytes: Int { Self.byteCount + Int(payloadBytes) }
    /// The offset behind the last record.
    var endOffset: Int64 { isTable ? baseOffset : baseOffset + Int64(count) }

    init() {}

    /// Reads a header; `nil` if these bytes are none, or a damaged one.
    init?(_ bytes: UnsafeRawBufferPointer) {
        func field<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type = T.self) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        guard bytes.count >= Self.byteCount, field(0) == Self.magic, field(4) == Self.version,
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<64]))
                == field(64, UInt32.self)
        else { return nil }
        flags = field(6)
        payloadBytes = field(8)
        count = field(12)
        baseOffset = field(16)
        times = EventLogTimes(least: field(24), greatest: field(32))
        producer = field(40)
        sequence = field(48)
        unsyncedBytes = field(56)
        payloadChecksum = field(60)
    }

    /// Writes the header to the beginning of `bytes`.
    func store(to bytes: UnsafeMutableRawBufferPointer) {
        func put<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
            bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
        }
        put(Self.magic, 0)
        put(Self.version, 4)
        put(flags, 6)
        put(payloadBytes, 8)
        put(count, 12)
        put(baseOffset, 16)
        put(times.least, 24)
        put(times.greatest, 32)
        put(producer, 40)
        put(sequence, 48)
        put(unsyncedBytes, 56)
        put(payloadChecksum, 60)
        put(CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<64])), 64)
    }
}

/// The least and the greatest of some timestamps; both are the minimum if there was none.
struct EventLogTimes: Sendable, Equatable {
    var least: Int64 = .min
    var greatest: Int64 = .min

    /// Takes a further timestamp.
    mutating func add(_ time: Int64) {
        if time == .min { return }
        least = least == .min ? time : min(least, time)
        greatest = max(greatest, time)
    }

    /// Takes the timestamps of others.
    mutating func add(_ other: EventLogTimes) {
        add(other.least)
        add(other.greatest)
    }
}
