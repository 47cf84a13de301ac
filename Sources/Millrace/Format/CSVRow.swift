/// A cell of a CSV row: its bytes, and whether doubled quotes in them stand for one.
struct CSVCell {
    let text: ByteText
    let hasDoubledQuotes: Bool

    var string: String {
        guard hasDoubledQuotes else { return text.string }
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            bytes.append(text[index])
            index += text[index] == UInt8(ascii: "\"") ? 2 : 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A row of a CSV file, its cells numbered as the record's ``CSVDecodableRecord/columns``.
///
/// Valid only during the call that it is passed to.
public struct CSVRow: ~Copyable {
    let cells: [CSVCell]
    let places: [Int]
    let names: [String]

    /// The cell of a column as text; empty if the column is missing.
    public func string(_ column: Int) -> String {
        places[column] < 0 ? "" : cells[places[column]].string
    }

    /// Whether the cell of a column is empty, or the column is missing.
    public func isEmpty(_ column: Int) -> Bool {
        places[column] < 0 || cells[places[column]].text.count == 0
    }

    /// The cell of a column as an integer.
    /// - Throws: ``StreamError`` with code `malformedInput`, naming the column.
    public func integer<Value: FixedWidthInteger>(
        _ column: Int, as type: Value.Type = Value.self
    ) throws -> Value {
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
    public func decimal(_ column: Int, scale: Int) throws -> Int64 {
        var parser = DecimalParser(scale: scale)
        let text = string(column)
        guard text.utf8.allSatisfy({ parser.take($0) }), let value = parser.value else {
            throw failure(column, "is not a decimal number with up to \(scale) places")
        }
        return value
    }

    private func failure(_ column: Int, _ problem: String) -> StreamError {
        StreamError(
            .malformedInput, "'\(string(column))' \(problem)", place: "column '\(names[column])'")
    }

    /// Cuts a row into its cells.
    static func split(_ bytes: UnsafeBufferPointer<UInt8>) throws -> [CSVCell] {
        guard let base = bytes.baseAddress else { return [] }
        var cells: [CSVCell] = []
        var index = 0
        while true {
            let isQuoted = index < bytes.count && base[index] == UInt8(ascii: "\"")
            let start = isQuoted ? index + 1 : index
            var hasDoubledQuotes = false
            if isQuoted {
                index += 1
                while true {
                    guard index < bytes.count else {
                        throw StreamError(
                            .malformedInput, "the quoted cell does not end",
                            place: "cell \(cells.count + 1)")
                    }
                    if base[index] == UInt8(ascii: "\"") {
                        guard index + 1 < bytes.count, base[index + 1] == UInt8(ascii: "\"") else {
                            break
                        }
                        hasDoubledQuotes = true
                        index += 1
                    }
                    index += 1
                }
            } else {
                while index < bytes.count, base[index] != UInt8(ascii: ",") { index += 1 }
            }
            cells.append(
                CSVCell(
                    text: ByteText(start: base + start, count: index - start),
                    hasDoubledQuotes: hasDoubledQuotes))
            if isQuoted { index += 1 }
            if index >= bytes.count { return cells }
            guard base[index] == UInt8(ascii: ",") else {
                throw StreamError(
                    .malformedInput, "a comma is missing behind the quoted cell",
                    place: "cell \(cells.count)")
            }
            index += 1
        }
    }
}
