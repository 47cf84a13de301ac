/// Records that are longer than the limit: they are refused when the limit is reached, and what is left of them is
/// passed without being kept.
extension RecordFileReader {
    /// How many bytes of a record that is too long the error policy is handed.
    private static var shownBytes: Int { 1024 }

    /// Says in a position that it is in a line of which the beginning was refused.
    static var longLineDetail: String { "passing" }

    /// Whether the record that begins at the next byte is too long, wherever it ends: a carriage return may be
    /// its last byte that does not count.
    @inlinable @inline(__always)
    var holdsTooMuch: Bool { buffer.count &- buffer.next &- 1 > maxRecordBytes }

    /// Refuses the record that begins at the next byte, and goes into the line behind which reading goes on.
    ///
    /// What happens depends on the record's bytes up to the limit only, not on how many more have been read.
    @usableFromInline @inline(never)
    mutating func refuseLongRecord(_ reject: (String, StreamError) throws -> Void) throws {
        let start = buffer.next
        let limit = start + maxRecordBytes
        let quote = decoder.openQuote(
            in: UnsafeBufferPointer(rebasing: buffer.bytes[..<limit]), from: start)
        let shown = UnsafeBufferPointer(
            rebasing: buffer.bytes[start..<min(limit, start + Self.shownBytes)])
        try refuse(shown, tooLong(quote: quote), reject)
        buffer.next = quote ?? limit
        line += buffer.lineEnds(start..<buffer.next)
        isInLongLine = true
    }

    private func tooLong(quote: Int?) -> StreamError {
        guard let quote else {
            return StreamError(
                .malformedInput,
                "the record is longer than \(maxRecordBytes) bytes; give the source a greater "
                    + "maxRecordBytes if records may be as long")
        }
        let before = buffer.bytes[buffer.next..<quote]
        let column = quote - (before.lastIndex(of: 0x0A) ?? buffer.next - 1)
        return StreamError(
            .malformedInput,
            "the quote that is opened in line \(line + buffer.lineEnds(buffer.next..<quote)), column "
                + "\(column), is not closed within the \(maxRecordBytes) bytes that a record may have; close "
                + "it, or give the source a greater maxRecordBytes if records may be as long")
    }

    /// Passes what is left of a line, as far as it has been read.
    /// - Returns: Whether the line has ended.
    @usableFromInline @inline(never)
    mutating func passLongLine() -> Bool {
        let left = UnsafeBufferPointer(rebasing: buffer.bytes[buffer.next...])
        guard let end = left.firstIndex(of: 0x0A) else {
            buffer.next = buffer.count
            return false
        }
        buffer.next += end + 1
        line += 1
        isInLongLine = false
        return true
    }
}
