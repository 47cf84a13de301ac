extension Source {
    /// Files of JSON objects, one per line; see ``JSONDecodableRecord``.
    ///
    /// - Parameters:
    ///   - follows: Whether the files grow and reading goes on at their end, for ever.
    ///   - parts: How many splits each file is cut into, to be read beside each other; see
    ///     ``RecordFileSource/init(paths:follows:parts:maxRecordBytes:decoder:)``.
    ///   - maxRecordBytes: How many bytes a line may have; a longer one is refused by the error policy, and
    ///     passed without being kept in memory. 64 MiB unless given.
    public static func jsonLines<Record: JSONDecodableRecord>(
        _ paths: String..., as type: Record.Type = Record.self, follows: Bool = false,
        parts: Int = 1, maxRecordBytes: Int = 64 << 20
    ) -> Self where Self == RecordFileSource<JSONLinesDecoder<Record>> {
        RecordFileSource(
            paths: paths, follows: follows, parts: parts, maxRecordBytes: maxRecordBytes
        ) { JSONLinesDecoder() }
    }

    /// CSV files with a header row; see ``CSVDecodableRecord``.
    ///
    /// - Parameters:
    ///   - follows: Whether the files grow and reading goes on at their end, for ever.
    ///   - maxRecordBytes: How many bytes a row may have; a longer one is refused by the error policy, and
    ///     reading goes on at the next line, or behind the line with the quote that is still open. 64 MiB
    ///     unless given.
    public static func csv<Record: CSVDecodableRecord>(
        _ paths: String..., as type: Record.Type = Record.self, follows: Bool = false,
        maxRecordBytes: Int = 64 << 20
    ) -> Self where Self == RecordFileSource<CSVDecoder<Record>> {
        RecordFileSource(paths: paths, follows: follows, maxRecordBytes: maxRecordBytes) {
            CSVDecoder()
        }
    }
}
