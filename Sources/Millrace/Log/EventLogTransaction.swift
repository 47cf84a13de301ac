/// Records that are appended to an event log when the checkpoint that covers them is complete.
public struct EventLogTransaction: StateCodable, Hashable {
    /// The file that holds the records until then; empty if there are none.
    var stagedName = ""
    /// How many batches the file has.
    var batchCount = 0
    /// The checksum over the headers of the batches, which have those of the records.
    var checksum: UInt32 = 0
    /// Whose step it is.
    var producer: UInt64 = 0
    /// The number of the step: that of the checkpoint, or higher.
    var step: UInt64 = 0

    init() {}

    /// What names one of the batches to the log.
    func sequence(of batch: Int) -> UInt64 { step << Self.batchBits | UInt64(batch) }

    /// A step has up to 16 million batches.
    static let batchBits: UInt64 = 24

    public func encode(to writer: inout StateWriter) throws {
        writer.write(stagedName)
        writer.write(count: batchCount)
        writer.write(checksum)
        writer.write(producer)
        writer.write(step)
    }

    public init(from reader: inout StateReader) throws {
        stagedName = try reader.read(String.self)
        batchCount = try reader.readCount()
        checksum = try reader.read(UInt32.self)
        producer = try reader.read(UInt64.self)
        step = try reader.read(UInt64.self)
    }
}

/// What is before each batch in a staged file; 40 bytes.
///
/// Partition, number of records (4 bytes each), length (8), least and greatest timestamp (8 each), CRC-32C of
/// the records (4), zeros (4).
struct StagedBatchHeader {
    static let byteCount = 40
    var partition: Int
    var count: Int
    var payloadBytes: Int
    var times: EventLogTimes
    var payloadChecksum: UInt32

    init(_ batch: EventLogBatch, partition: Int) {
        self.partition = partition
        count = batch.count
        payloadBytes = batch.bytes.count
        times = batch.times
        payloadChecksum = batch.bytes.withUnsafeBytes { CRC32C.checksum($0) }
    }

    init(_ bytes: UnsafeRawBufferPointer) {
        func field<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        partition = Int(field(0, UInt32.self))
        count = Int(field(4, UInt32.self))
        payloadBytes = Int(clamping: field(8, UInt64.self))
        times = EventLogTimes(least: field(16, Int64.self), greatest: field(24, Int64.self))
        payloadChecksum = field(32, UInt32.self)
    }

    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.withUnsafeMutableBytes { bytes in
            func put<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
                bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
            }
            put(UInt32(partition), 0)
            put(UInt32(count), 4)
            put(UInt64(payloadBytes), 8)
            put(times.least, 16)
            put(times.greatest, 24)
            put(payloadChecksum, 32)
        }
        return bytes
    }
}
