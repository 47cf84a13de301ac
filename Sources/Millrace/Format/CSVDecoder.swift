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
/// names the columns. Every row must have as many cells as the first.
public struct CSVDecoder<Record: CSVDecodableRecord>: RecordDecoder {
    public static var formatName: String { "CSV" }
    public static var hasHeader: Bool { true }
    public static var recordsSpanLines: Bool { true }

    /// What the header says.
    @usableFromInline var layout: CSVLayout?

    @inlinable
    public init() {}

    /// Line ends inside quotes do not end a row.
    @inlinable
    public func endOfRecord(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        return CSVScanner.endOfRow(base, from: start, count: bytes.count)
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
        return try withUnsafeTemporaryAllocation(of: CSVCell.self, capacity: expected) { room in
            guard let cells = room.baseAddress else { return nil }
            let count = try CSVScanner.split(
                base, count: bytes.count, into: cells, capacity: expected)
            if count != expected { throw layout.failure(cellCount: count) }
            return try Record(from: CSVRow(cells: UnsafePointer(cells), layout: layout))
        }
    }
}

/// Where the columns of a record are in a file.
@usableFromInline
final class CSVLayout: Sendable {
    /// The names of the record's columns.
    @usableFromInline let names: [String]
    /// For each column of the record, its place in the file; -1 if it is missing.
    @usableFromInline let places: ContiguousArray<Int>
    /// How many columns the file has.
    @usableFromInline let columnCount: Int

    @usableFromInline
    init(
        header bytes: UnsafeBufferPointer<UInt8>, columns: [String], optional: Set<String>
    ) throws {
        let found = try CSVScanner.strings(bytes)
        let header = found.map(\.trimmingByteOrderMark)
        places = ContiguousArray(
            try columns.map { column in
                if let place = header.firstIndex(of: column) { return place }
                if optional.contains(column) { return -1 }
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

extension String {
    fileprivate var trimmingByteOrderMark: String {
        unicodeScalars.first == "\u{FEFF}" ? String(unicodeScalars.dropFirst()) : self
    }
}
