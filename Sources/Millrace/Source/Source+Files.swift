extension Source {
    /// Files of JSON objects, one per line; see ``JSONDecodableRecord``.
    ///
    /// - Parameter follows: Whether the files grow and reading goes on at their end, for ever.
    public static func jsonLines<Record: JSONDecodableRecord>(
        _ paths: String..., as type: Record.Type = Record.self, follows: Bool = false
    ) -> Self where Self == RecordFileSource<JSONLinesDecoder<Record>> {
        RecordFileSource(paths: paths, follows: follows) { JSONLinesDecoder() }
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
