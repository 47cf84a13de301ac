/// Writes records to a file, a line each.
///
/// The path `-` is the standard output. A file is created, or emptied if it is there.
public struct LineFileSink<Element: Sendable>: Sink {
    let path: String
    let format: String
    let header: [UInt8]
    let append: @Sendable (Element, inout [UInt8]) throws -> Void

    /// - Parameters:
    ///   - format: The format's name, for printing the graph.
    ///   - header: What the file begins with.
    ///   - append: Appends a record with its line end.
    public init(
        path: String, format: String, header: [UInt8] = [],
        append: @escaping @Sendable (Element, inout [UInt8]) throws -> Void
    ) {
        self.path = path
        self.format = format
        self.header = header
        self.append = append
    }

    public var label: String { "\(format) \(path)" }

    public func writer(instance: Int, of parallelism: Int) throws -> Writer {
        guard parallelism == 1 else {
            throw StreamError(
                .invalidTopology, "one file has one writer: leave the sink's parallelism at 1")
        }
        return Writer(file: OpenFile(try .writing(path)), bytes: header, append: append)
    }

    /// Gathers lines and writes them in large pieces.
    public struct Writer: SinkWriter {
        let file: OpenFile
        var bytes: [UInt8]
        let append: @Sendable (Element, inout [UInt8]) throws -> Void

        public mutating func write(_ batch: inout Batch<Element>) throws {
            for element in batch.elements { try append(element, &bytes) }
        }

        public var isFull: Bool { bytes.count >= 1 << 16 }

        public mutating func flush() async throws { try writeOut() }

        public mutating func close() async throws { try writeOut() }

        private mutating func writeOut() throws {
            if bytes.isEmpty { return }
            try file.file.write(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
    }

    /// Holds the file open.
    final class OpenFile {
        let file: ByteFile

        init(_ file: consuming ByteFile) { self.file = file }
    }
}

extension Sink {
    /// A file of JSON objects, one per line; see ``JSONEncodableRecord``.
    public static func jsonLines<Record: JSONEncodableRecord>(_ path: String) -> Self
    where Self == LineFileSink<Record> {
        LineFileSink(path: path, format: "JSON Lines", header: []) { record, bytes in
            var writer = JSONWriter(continuing: bytes)
            bytes = []
            writer.line(record)
            bytes = writer.bytes
        }
    }

    /// A CSV file with a header row; see ``CSVEncodableRecord``.
    public static func csv<Record: CSVEncodableRecord>(_ path: String) -> Self
    where Self == LineFileSink<Record> {
        var header = CSVWriter()
        header.row(Record.header)
        return LineFileSink(path: path, format: "CSV", header: header.bytes) { record, bytes in
            var writer = CSVWriter(bytes: bytes)
            bytes = []
            writer.row(record.cells)
            bytes = writer.bytes
        }
    }
}
