/// Writes records to a file, a line each.
///
/// The path `-` is the standard output. A file is created, or emptied if it is there; but not in a topology
/// that takes checkpoints, which refuses a file with output that no checkpoint knows of unless it is told to
/// begin anew, and one that another run writes to. There a line is in the file when the checkpoint that covers it is complete, and once: what is on its
/// way there is in hidden files beside it, named `.NAME.staged-…`. Standard output is written at once and may
/// get lines again after a crash.
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

    public var delivery: DeliveryGuarantee { path == "-" ? .atLeastOnce : .transactional }

    public func writer(for instance: SinkInstance) throws -> Writer {
        guard instance.parallelism == 1 else {
            throw StreamError(
                .invalidTopology, "one file has one writer: leave the sink's parallelism at 1")
        }
        if instance.usesCheckpoints, path != "-" {
            let transactions = try FileTransactions(
                path: path, files: instance.files, mayReplace: instance.mayReplaceOutput)
            return Writer(output: LineOutput(transactions), header: header, append: append)
        }
        return Writer(
            output: LineOutput(try .writing(path)), bytes: header, header: header, append: append)
    }

    /// Gathers lines and writes them in large pieces.
    public struct Writer: TransactionalSinkWriter {
        let output: LineOutput
        var bytes: [UInt8] = []
        let header: [UInt8]
        let append: @Sendable (Element, inout [UInt8]) throws -> Void

        public mutating func write(_ batch: inout Batch<Element>) throws {
            for element in batch.elements { try append(element, &bytes) }
        }

        public var isFull: Bool { bytes.count >= 1 << 16 }

        public mutating func flush() async throws { try writeOut() }

        public mutating func close() async throws { try writeOut() }

        private mutating func writeOut() throws {
            if bytes.isEmpty { return }
            try output.write(bytes)
            bytes.removeAll(keepingCapacity: true)
        }

        public mutating func prepare(checkpoint: UInt64) async throws -> FileTransaction {
            try writeOut()
            return try output.transactions?.prepare()
                ?? FileTransaction(stagedName: "", offset: 0, count: 0)
        }

        public mutating func commit(_ transaction: FileTransaction) async throws {
            try output.transactions?.commit(transaction)
        }

        public mutating func recover(_ transactions: [FileTransaction]) async throws {
            guard let file = output.transactions else { return }
            try file.recover(transactions)
            if file.end == 0 { bytes = header }
        }
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
