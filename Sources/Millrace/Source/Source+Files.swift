extension Source {
    /// Files of JSON objects, one per line; see ``JSONDecodableRecord``.
    ///
    /// - Parameters:
    ///   - follows: Whether the files grow and reading goes on at their end, for ever.
    ///   - parts: How many splits each file is cut into, to be read beside each other; see
    ///     ``RecordFileSource/init(paths:follows:parts:decoder:)``.
    public static func jsonLines<Record: JSONDecodableRecord>(
        _ paths: String..., as type: Record.Type = Record.self, follows: Bool = false,
        parts: Int = 1
    ) -> Self where Self == RecordFileSource<JSONLinesDecoder<Record>> {
        RecordFileSource(paths: paths, follows: follows, parts: parts) { JSONLinesDecoder() }
    }

    /// CSV files with a header row; see ``CSVDecodableRecord``.
    ///
    /// - Parameter follows: Whether the files grow and reading goes on at their end, for ever.
    public static func csv<Record: CSVDecodableRecord>(
        _ paths: String..., as type: Record.Type = Record.self, follows: Bool = false
    ) -> Self where Self == RecordFileSource<CSVDecoder<Record>> {
        RecordFileSource(paths: paths, follows: follows) { CSVDecoder() }
    }
}
