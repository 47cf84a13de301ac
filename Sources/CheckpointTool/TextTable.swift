/// Rows of text in aligned columns.
struct TextTable {
    let header: [String]
    let rows: [[String]]
    /// The columns of numbers, which are aligned at their ends.
    var numbers: Set<Int> = []

    /// The table with a line per row; empty if it has no rows.
    var text: String {
        if rows.isEmpty { return "" }
        let lines = [header] + rows
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            var text = ""
            for (column, cell) in line.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                text += numbers.contains(column) ? padding + cell : cell + padding
                text += "  "
            }
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }.joined()
    }
}
