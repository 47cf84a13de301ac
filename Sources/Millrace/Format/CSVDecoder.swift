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
/// names the columns. Every row must have as many cells as the first, and be valid UTF-8.
///
/// A quote opens a quoted cell at the cell's beginning only; elsewhere in an unquoted cell it stands for
/// itself. Blank lines are skipped, and so is a byte order mark at the beginning.
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
        guard let line = endOfLine(base, from: start, count: bytes.count) else { return nil }
        if !bytes[start..<line].contains(UInt8(ascii: "\"")) { return line }
        return endOfQuotedRow(base, from: start, count: bytes.count)
    }

    /// The same for a row with quotes, which are counted only where they open, close or are doubled.
    private func endOfQuotedRow(
        _ base: UnsafePointer<UInt8>, from start: Int, count: Int
    ) -> Int? {
        var isQuoted = false
        var isAtCellStart = true
        var index = places == nil ? start + byteOrderMarkCount(base + start, count - start) : start
        while index < count {
            let byte = base[index]
            index += 1
            if byte == UInt8(ascii: "\""), isQuoted || isAtCellStart {
                // The second of two quotes opens the cell again.
                let isDoubled = isQuoted && index < count && base[index] == UInt8(ascii: "\"")
                if isDoubled { index += 1 } else { isQuoted.toggle() }
            } else if byte == 0x0A, !isQuoted {
                return index
            }
            isAtCellStart = byte == UInt8(ascii: ",") && !isQuoted
        }
        return nil
    }

    public mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Record? {
        if bytes.isEmpty { return nil }
        guard bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil
        else { throw StreamError(.malformedInput, "the row is not valid UTF-8") }
        guard let places else {
            try readHeader(bytes)
            return nil
        }
        let cells = try CSVRow.split(bytes)
        guard cells.count == columnCount else {
            throw StreamError(
                .malformedInput,
                "the row has \(cells.count) cells, but the header names \(columnCount) columns")
        }
        return try Record(from: CSVRow(cells: cells, places: places, names: Record.columns))
    }

    private mutating func readHeader(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        guard let base = bytes.baseAddress else { return }
        let mark = byteOrderMarkCount(base, bytes.count)
        let cells = try CSVRow.split(
            UnsafeBufferPointer(start: base + mark, count: bytes.count - mark))
        let names = cells.map(\.string)
        let places = try Record.columns.map { column in
            if let place = names.firstIndex(of: column) {
                if names[(place + 1)...].contains(column) {
                    throw StreamError(.malformedInput, "there are two columns '\(column)'")
                }
                return place
            }
            if Record.optionalColumns.contains(column) { return -1 }
            throw StreamError(
                .malformedInput,
                "there is no column '\(column)'; the header names \(names.joined(separator: ", "))")
        }
        self.places = places
        columnCount = cells.count
    }
}

/// How many of the first bytes are a byte order mark: 3 or none.
private func byteOrderMarkCount(_ base: UnsafePointer<UInt8>, _ count: Int) -> Int {
    count >= 3 && base[0] == 0xEF && base[1] == 0xBB && base[2] == 0xBF ? 3 : 0
}
