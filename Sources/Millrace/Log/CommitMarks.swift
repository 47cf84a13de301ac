/// How far readers may read, per partition: a small file that the writer overwrites after every group.
///
/// Readers in other processes see it through the operating system's cache. It is never ahead of what was
/// acknowledged, so that no reader sees a record that a failure could take back. Each partition has 32
/// bytes: segment, end position in it, end offset (8 each), CRC-32C of these (4), zeros (4).
struct CommitMarks {
    struct Mark: Sendable, Equatable {
        /// The first offset of the segment that is being written.
        var segment: Int64
        /// The end of the last committed batch in that segment's file.
        var position: Int
        /// The offset of the next record.
        var endOffset: Int64
    }

    private static let byteCount = 32
    let file: any StoredFile
    /// The path of the file, for messages.
    let path: String

    func write(_ mark: Mark, partition: Int) throws {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        try bytes.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: mark.segment.littleEndian, toByteOffset: 0, as: Int64.self)
            bytes.storeBytes(
                of: Int64(mark.position).littleEndian, toByteOffset: 8, as: Int64.self)
            bytes.storeBytes(of: mark.endOffset.littleEndian, toByteOffset: 16, as: Int64.self)
            let checksum = Self.checksum(UnsafeRawBufferPointer(bytes), partition)
            bytes.storeBytes(of: checksum.littleEndian, toByteOffset: 24, as: UInt32.self)
            try file.write(UnsafeRawBufferPointer(bytes), at: Int64(partition * Self.byteCount))
        }
    }

    /// - Throws: ``StreamError`` with code `malformedInput` if the mark stays unreadable.
    func read(partition: Int) throws -> Mark {
        try withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 8) { bytes in
            // A mark that is being overwritten may be seen half; the next look sees it whole.
            for _ in 0..<1000 {
                let got = try file.read(into: bytes, at: Int64(partition * Self.byteCount))
                let checksum = bytes.load(fromByteOffset: 24, as: UInt32.self)
                if got == Self.byteCount,
                    Self.checksum(UnsafeRawBufferPointer(bytes), partition)
                        == UInt32(littleEndian: checksum)
                {
                    func field(_ offset: Int) -> Int64 {
                        Int64(littleEndian: bytes.load(fromByteOffset: offset, as: Int64.self))
                    }
                    return Mark(
                        segment: field(0), position: Int(field(8)), endOffset: field(16))
                }
            }
            throw StreamError(
                .malformedInput,
                "'\(path)' is damaged; opening the event log for writing repairs it")
        }
    }

    /// The checksum depends on the partition: a mark in the wrong place is not valid.
    private static func checksum(_ bytes: UnsafeRawBufferPointer, _ partition: Int) -> UInt32 {
        CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<24])) ^ UInt32(partition + 1)
    }
}
