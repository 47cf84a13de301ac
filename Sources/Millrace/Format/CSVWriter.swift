/// A record that can be written as a row of a CSV file.
public protocol CSVEncodableRecord: Sendable {
    /// The names of the columns, for the header row.
    static var header: [String] { get }
    /// The cells, one per column.
    var cells: [String] { get }
}

/// Writes CSV as RFC 4180 has it, with line feeds: cells with commas, quotes or line ends are quoted, and
/// an empty cell that is alone in its row, which would be a blank line otherwise.
struct CSVWriter: Sendable {
    var bytes: [UInt8] = []

    mutating func row(_ cells: [String]) {
        if cells == [""] { bytes += [UInt8(ascii: "\""), UInt8(ascii: "\"")] }
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(cell)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func write(_ cell: String) {
        let needsQuotes = cell.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
                // A byte order mark would be taken for one.
                || $0 == 0xEF
        }
        guard needsQuotes else {
            bytes.append(contentsOf: cell.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in cell.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
