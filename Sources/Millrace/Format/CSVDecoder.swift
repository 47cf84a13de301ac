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

    /// For each column of the record, its place in the file; -1 if it is missing.
    private var places: [Int]?
    private var columnCount = 0

    public init() {}

    /// Line ends inside quotes do not end a row.
    public func endOfRecord(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var end = start
        var isQuoted = false
        var scanned = start
        while let next = endOfLine(base, from: end, count: bytes.count) {
            for index in scanned..<next where base[index] == UInt8(ascii: "\"") {
                isQuoted.toggle()
            }
            if !isQuoted { return next }
            scanned = next
            end = next
        }
        return nil
    }

    public mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Record? {
        if bytes.isEmpty { return nil }
        let cells = try CSVRow.split(bytes)
        guard let places else {
            try readHeader(cells)
            return nil
        }
        guard cells.count == columnCount else {
            throw StreamError(
                .malformedInput,
                "the row has \(cells.count) cells, but the header names \(columnCount) columns")
        }
        return try Record(from: CSVRow(cells: cells, places: places, names: Record.columns))
    }

    private mutating func readHeader(_ cells: [CSVCell]) throws {
        let names = cells.map { $0.string.trimmingByteOrderMark }
        let places = try Record.columns.map { column in
            if let place = names.firstIndex(of: column) { return place }
            if Record.optionalColumns.contains(column) { return -1 }
            throw StreamError(
                .malformedInput,
                "there is no column '\(column)'; the header names \(names.joined(separator: ", "))")
        }
        self.places = places
        columnCount = cells.count
    }
}

extension String {
    fileprivate var trimmingByteOrderMark: String {
        unicodeScalars.first == "\u{FEFF}" ? String(unicodeScalars.dropFirst()) : self
    }
}
