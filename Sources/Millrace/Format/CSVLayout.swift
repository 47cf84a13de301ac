/// Where the columns of a record are in a file.
@usableFromInline
final class CSVLayout: Sendable {
    /// The names of the record's columns.
    @usableFromInline let names: [String]
    /// For each column of the record, its place in the file; `columnCount` if it is missing.
    @usableFromInline let places: ContiguousArray<Int>
    /// How many columns the file has.
    @usableFromInline let columnCount: Int

    /// Reads a header, which may begin with a byte order mark.
    /// - Throws: ``StreamError`` with code `malformedInput` if a column is missing that is not optional, or
    ///   is there twice.
    @usableFromInline
    init(
        header bytes: UnsafeBufferPointer<UInt8>, columns: [String], optional: Set<String>
    ) throws {
        let header = try CSVScanner.strings(ofFirstRow: bytes)
        places = ContiguousArray(
            try columns.map { column in
                if let place = header.firstIndex(of: column) {
                    if header[(place + 1)...].contains(column) {
                        throw StreamError(.malformedInput, "there are two columns '\(column)'")
                    }
                    return place
                }
                if optional.contains(column) { return header.count }
                throw StreamError(
                    .malformedInput,
                    """
                    there is no column '\(column)'; the header names \
                    \(header.joined(separator: ", "))
                    """)
            })
        names = columns
        columnCount = header.count
    }

    @usableFromInline @inline(never)
    func failure(cellCount: Int) -> StreamError {
        StreamError(
            .malformedInput,
            "the row has \(cellCount) cells, but the header names \(columnCount) columns")
    }
}
