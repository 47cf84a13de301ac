/// A row of a CSV file, its cells numbered as the record's ``CSVDecodableRecord/columns``.
///
/// Valid only during the call that it is passed to.
public struct CSVRow: ~Copyable {
    // Safety: there is a cell for each column of the layout and an empty one behind them, alive during the
    // call that the row is for. The layout's places are theirs.
    @usableFromInline let cells: UnsafePointer<CSVCell>
    @usableFromInline let layout: CSVLayout

    // Not inlined: Swift 6.3 crashes where another module's code makes a noncopyable structure.
    @usableFromInline @inline(never)
    init(cells: UnsafePointer<CSVCell>, layout: CSVLayout) {
        self.cells = cells
        self.layout = layout
    }

    /// The cell of a column; an empty one if the column is missing.
    @inlinable @inline(__always)
    func cell(_ column: Int) -> CSVCell { cells[layout.places[column]] }

    /// The cell of a column as text; empty if the column is missing.
    @inlinable
    public func string(_ column: Int) -> String { cell(column).string }

    /// Whether the cell of a column is empty, or the column is missing.
    @inlinable
    public func isEmpty(_ column: Int) -> Bool { cell(column).count == 0 }

    /// The cell of a column as an integer.
    /// - Throws: ``StreamError`` with code `malformedInput`, naming the column.
    @inlinable
    public func integer<Value: FixedWidthInteger>(
        _ column: Int, as type: Value.Type = Value.self
    ) throws -> Value {
        let cell = cell(column)
        let isNegative = cell.count > 0 && cell.start.pointee == UInt8(ascii: "-")
        var index = isNegative ? 1 : 0
        // Up to 18 digits cannot overflow; the rest goes the careful way.
        guard cell.count > index, cell.count <= 18 else { return try carefulInteger(column) }
        var value: Int64 = 0
        while index < cell.count {
            let digit = cell.start[index] &- UInt8(ascii: "0")
            if digit > 9 { return try carefulInteger(column) }
            value = value &* 10 &+ Int64(digit)
            index &+= 1
        }
        if let exact = Value(exactly: isNegative ? -value : value) { return exact }
        return try carefulInteger(column)
    }

    @inlinable @inline(never)
    func carefulInteger<Value: FixedWidthInteger>(_ column: Int) throws -> Value {
        guard let value = Value(string(column)) else {
            throw failure(column, "is not a whole number from \(Value.min) to \(Value.max)")
        }
        return value
    }

    /// The cell of a column as the nearest floating-point number. Decimal notation only: what is infinite,
    /// no number, or hexadecimal is refused.
    /// - Throws: ``StreamError`` with code `malformedInput`, naming the column.
    public func double(_ column: Int) throws -> Double {
        let text = string(column)
        guard let value = Double(text), value.isFinite,
            !text.utf8.contains(where: { $0 | 0x20 == 0x78 })
        else { throw failure(column, "is not a finite decimal number") }
        return value
    }

    /// The cell of a column as a whole number of its `scale`-th decimal places; see
    /// ``JSONReader/decimal(scale:)``.
    /// - Throws: ``StreamError`` with code `malformedInput`, naming the column.
    @inlinable
    public func decimal(_ column: Int, scale: Int) throws -> Int64 {
        let cell = cell(column)
        var parser = DecimalParser(scale: scale)
        var index = 0
        while index < cell.count, parser.take(cell.start[index]) { index &+= 1 }
        guard index == cell.count, let value = parser.value else {
            throw failure(column, "is not a decimal number with up to \(scale) places")
        }
        return value
    }

    @usableFromInline @inline(never)
    func failure(_ column: Int, _ problem: String) -> StreamError {
        StreamError(
            .malformedInput, "'\(string(column))' \(problem)",
            place: "column '\(layout.names[column])'")
    }
}
