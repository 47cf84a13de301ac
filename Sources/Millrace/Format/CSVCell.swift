/// A cell of a CSV row: where its bytes are, and whether doubled quotes in them stand for one.
@usableFromInline
struct CSVCell: BitwiseCopyable {
    // Safety: whoever makes a cell keeps its row alive and unchanged while the cell is in use.
    @usableFromInline let start: UnsafePointer<UInt8>
    @usableFromInline let storedCount: UInt32
    @usableFromInline let hasDoubledQuotes: Bool

    /// A cell of up to 4 GiB, which the scanner makes sure of.
    @inlinable @inline(__always)
    init(_ start: UnsafePointer<UInt8>, count: Int, hasDoubledQuotes: Bool = false) {
        self.start = start
        storedCount = UInt32(truncatingIfNeeded: count)
        self.hasDoubledQuotes = hasDoubledQuotes
    }

    @inlinable @inline(__always)
    var count: Int { Int(storedCount) }

    @usableFromInline
    var string: String {
        guard hasDoubledQuotes else { return ByteText(start: start, count: count).string }
        // Safety: what is written is at most what is read, and all that is counted has been written.
        return String(unsafeUninitializedCapacity: count) { room in
            var written = 0
            var index = 0
            while index < count {
                room[written] = start[index]
                written += 1
                index += start[index] == UInt8(ascii: "\"") ? 2 : 1
            }
            return written
        }
    }
}
