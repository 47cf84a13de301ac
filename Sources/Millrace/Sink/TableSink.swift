/// Prints results as an aligned table to the standard output, as they come.
public struct TableSink<Element: Sendable>: Sink {
    let columns: [String]
    let row: @Sendable (Element) -> [String]

    public var label: String { "table of \(columns.joined(separator: ", "))" }

    public func writer(for instance: SinkInstance) throws -> Writer {
        Writer(
            output: LineOutput(try .writing("-")), columns: columns, row: row,
            widths: columns.map(\.count))
    }

    /// Gathers rows, and prints them with columns as wide as any cell so far.
    public struct Writer: SinkWriter {
        let output: LineOutput
        let columns: [String]
        let row: @Sendable (Element) -> [String]
        var widths: [Int]
        var rows: [[String]] = []
        var hasHeader = false

        public mutating func write(_ batch: inout Batch<Element>) {
            for element in batch.elements {
                let cells = row(element)
                for (index, cell) in cells.enumerated() where index < widths.count {
                    widths[index] = max(widths[index], cell.count)
                }
                rows.append(cells)
            }
        }

        public var isFull: Bool { rows.count >= 256 }

        public mutating func flush() async throws { try writeOut() }

        public mutating func close() async throws { try writeOut() }

        private mutating func writeOut() throws {
            if rows.isEmpty { return }
            if !hasHeader { rows.insert(columns, at: 0) }
            hasHeader = true
            var text = ""
            for cells in rows { text += line(cells) }
            rows = []
            try output.write(Array(text.utf8))
        }

        private func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { index, cell in
                let isLast = index == cells.count - 1
                let width = isLast || index >= widths.count ? cell.count : widths[index]
                return cell + String(repeating: " ", count: max(0, width - cell.count))
            }
            return padded.joined(separator: "  ") + "\n"
        }
    }
}

extension Sink {
    /// The standard output, as an aligned table.
    public static func table<Element: Sendable>(
        columns: [String], row: @escaping @Sendable (Element) -> [String]
    ) -> Self where Self == TableSink<Element> { TableSink(columns: columns, row: row) }
}
