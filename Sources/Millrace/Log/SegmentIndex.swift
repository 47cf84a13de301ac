/// The sparse index of a segment: about one entry per 64 KiB, for finding offsets and times.
///
/// Only a help: it is not made durable, and what is missing or damaged is made up for by walking headers.
/// Each entry has 32 bytes: offset, position, greatest timestamp before (8 each), CRC-32C of these (4),
/// zeros (4). A full segment's last entry is its end.
enum SegmentIndex {
    struct Entry: Sendable, Equatable {
        /// The base offset of a batch.
        var offset: Int64
        /// Where the batch begins in the segment file.
        var position: Int
        /// The greatest timestamp of the records before it in the segment.
        var greatestBefore: Int64
    }

    static let entryBytes = 32
    /// How many bytes of the segment are between two entries, at least.
    static let stride = 64 << 10

    static func append(_ entry: Entry, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: entryBytes))
        bytes.withUnsafeMutableBytes { all in
            let bytes = UnsafeMutableRawBufferPointer(rebasing: all[start...])
            bytes.storeBytes(of: entry.offset.littleEndian, as: Int64.self)
            bytes.storeBytes(
                of: Int64(entry.position).littleEndian, toByteOffset: 8, as: Int64.self)
            bytes.storeBytes(
                of: entry.greatestBefore.littleEndian, toByteOffset: 16, as: Int64.self)
            let checksum = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<24]))
            bytes.storeBytes(of: checksum.littleEndian, toByteOffset: 24, as: UInt32.self)
        }
    }

    /// The entries up to the first damaged one.
    static func entries(_ bytes: [UInt8]) -> [Entry] {
        bytes.withUnsafeBytes { all in
            var entries: [Entry] = []
            var start = 0
            while start + entryBytes <= all.count {
                let bytes = UnsafeRawBufferPointer(rebasing: all[start..<start + entryBytes])
                let checksum = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<24]))
                func field(_ offset: Int) -> Int64 {
                    Int64(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self))
                }
                guard
                    UInt32(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt32.self))
                        == checksum
                else { break }
                entries.append(
                    Entry(offset: field(0), position: Int(field(8)), greatestBefore: field(16)))
                start += entryBytes
            }
            return entries
        }
    }

    /// The entries of a segment's index file; empty if there is none.
    static func entries(
        of base: Int64, partition: Int, in directory: LogDirectory
    ) throws -> [Entry] {
        let path = directory.indexPath(partition, base)
        guard let file = try directory.files.openExisting(path) else { return [] }
        return entries(try file.read(Int(file.size()), at: 0))
    }
}
