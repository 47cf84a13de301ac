/// A record that can be read from a row of a CSV file by column names.
///
/// ```swift
/// struct Click: CSVDecodableRecord {
///     var user: Int
///     var page: String
///     var time: Timestamp
///
///     static let columns: [String] = ["user", "page", "ts_ms"]
///     init(from row: borrowing CSVRow) throws {
///         user = try row.integer(0)
///         page = row.string(1)
///         time = Timestamp(millis: try row.integer(2))
///     }
/// }
/// ```
public protocol CSVDecodableRecord: Sendable {
    /// The columns that the record reads, in the order in which it numbers them.
    static var columns: [String] { get }

    /// The columns that may be missing: their cells are empty then.
    static var optionalColumns: Set<String> { get }

    /// Reads the record's cells.
    /// - Throws: ``StreamError`` with code `malformedInput`, naming the column.
    init(from row: borrowing CSVRow) throws
}

extension CSVDecodableRecord {
    public static var optionalColumns: Set<String> { [] }
}

/// Decodes CSV as RFC 4180 has it: quoted cells may hold commas, line ends and doubled quotes; the first row
/// names the columns. Every row must have as many cells as the first, be valid UTF-8, and have up to 4 GiB. A
/// quote that is not closed takes in what follows, up to the source's limit for a record.
///
/// A quote opens a quoted cell at the cell's beginning only; elsewhere in an unquoted cell it stands for
/// itself. Blank lines are skipped, and so is a byte order mark at the beginning.
public struct CSVDecoder<Record: CSVDecodableRecord>: RecordDecoder {
    public static var formatName: String { "CSV" }
    public static var hasHeader: Bool { true }
    public static var recordsSpanLines: Bool { true }

    /// What the header says; `nil` before it has come.
    @usableFromInline var layout: CSVLayout?

    @inlinable
    public init() {}

    /// Line ends inside quotes do not end a row.
    @inlinable
    public func endOfRecord(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        return CSVScanner.endOfRow(
            base, from: start, count: bytes.count, isFirst: layout == nil)
    }

    public func openQuote(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        return CSVScanner.openQuote(
            base, from: start, count: bytes.count, isFirst: layout == nil)
    }

    @inlinable
    public mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Record? {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return nil }
        guard let layout else {
            layout = try CSVLayout(
                header: bytes, columns: Record.columns, optional: Record.optionalColumns)
            return nil
        }
        let expected = layout.columnCount
        // Safety: the row is used inside the closure only, by a call that cannot keep it. All of the cells
        // are initialised before: as many as are expected have been found, and one stands for what is
        // missing.
        return try withUnsafeTemporaryAllocation(of: CSVCell.self, capacity: expected + 1) { room in
            guard let cells = room.baseAddress else { return nil }
            let count = try CSVScanner.split(
                base, count: bytes.count, into: cells, capacity: expected)
            if count != expected { throw layout.failure(cellCount: count) }
            cells[expected] = CSVCell(base, count: 0)
            return try Record(from: CSVRow(cells: UnsafePointer(cells), layout: layout))
        }
    }
}
