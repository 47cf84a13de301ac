/// Reads files of records, each file a split of its own: JSON Lines, CSV, or a format of your own.
///
/// The path `-` is the standard input. Input that cannot be decoded is handled by the source's error
/// policy, with file and line; a record that is longer than a limit is such input as well. A file that is
/// followed never ends: what is appended is read as it comes, and a last line without its end waits for the
/// rest. Reading fails with code `inputOutput` if a file shrinks below what has been read, or if another file
/// takes the place of one that is followed: what would come then is not what follows.
///
/// A topology that goes on from a checkpoint knows a file by its path as it was written, and by the 64 bytes in front
/// of the place that had been reached: another file there, or the same one under another path, is refused. One that
/// is not listed any more is read to its end.
public struct RecordFileSource<Decoder: RecordDecoder>: Source {
    public typealias Element = Decoder.Record
    let paths: [String]
    let follows: Bool
    let parts: Int
    let maxRecordBytes: Int
    /// How many bytes of a file a part reads before another's turn comes.
    var blockSize = FilePart.usualBlockSize
    @usableFromInline let makeDecoder: @Sendable () -> Decoder

    /// - Parameters:
    ///   - paths: The files, each a split, or several.
    ///   - follows: Whether the files grow and reading goes on at their end.
    ///   - parts: How many splits each file is cut into, which are read beside each other: for one large file
    ///     and several workers. The parts take turns by the mebibyte. Each is in order; elements of different
    ///     parts come in any order, which is no disorder for a watermark strategy, because watermarks are per
    ///     split. How far one may be ahead of another is not bounded, unless the strategy is aligned. Of
    ///     regular files only that do not grow, of a format without a header whose records are lines. A part's
    ///     size and position are the file's. To name the line of a refused element, a part reads what lies in
    ///     front that it has not counted before; where that is more than 256 MiB, it counts from the last place
    ///     it went to: `line 3 behind byte 5368709120`. The number of parts must stay as it is while a topology
    ///     goes on from checkpoints.
    ///   - maxRecordBytes: How many bytes a record may have, without its line end; 64 MiB unless given. A longer
    ///     one is refused by the error policy, which is handed its first 1,024 bytes, and reading goes on at the
    ///     next line. Where a quote is open at the limit, as in CSV, that is the line behind the one in which
    ///     it was opened: it is more likely that it was never closed. A split holds up to about twice the
    ///     limit in memory.
    ///   - decoder: Makes a decoder per split.
    public init(
        paths: [String], follows: Bool = false, parts: Int = 1, maxRecordBytes: Int = 64 << 20,
        decoder: @escaping @Sendable () -> Decoder
    ) {
        precondition(parts > 0, "a file has at least one part")
        precondition(maxRecordBytes > 0, "a record has at least one byte")
        precondition(
            parts == 1 || !(follows || Decoder.hasHeader || Decoder.recordsSpanLines),
            "only a file that does not grow, of records that are lines, can be read in parts")
        self.paths = paths
        self.follows = follows
        self.parts = parts
        self.maxRecordBytes = maxRecordBytes
        makeDecoder = decoder
    }

    public var label: String { "\(Decoder.formatName) \(paths.joined(separator: ", "))" }

    /// The files, which are looked at but not opened: a pipe may be opened once only.
    /// - Throws: ``StreamError`` with code `inputOutput` if a file is missing, and `invalidTopology` if one
    ///   is named twice, or is to be read in parts and is no regular file.
    public func splits(preferred: Int) throws -> [SourceSplit] {
        if let twice = Dictionary(grouping: paths, by: \.self).first(where: { $1.count > 1 }) {
            throw StreamError(.invalidTopology, "the file '\(twice.key)' is named twice")
        }
        return try paths.flatMap { path in
            let size = try ByteFile.size(of: path)
            if parts > 1, size == nil || path == "-" {
                throw StreamError(
                    .invalidTopology, "'\(path)' is not a regular file and cannot be read in parts")
            }
            return fileParts.map { SourceSplit(id: $0.splitID(of: path), size: size) }
        }
    }

    private var fileParts: [FilePart] {
        (0..<parts).map { FilePart(index: $0, count: parts, blockSize: blockSize) }
    }

    /// - Throws: ``StreamError`` with code `inputOutput` if the file cannot be opened, and
    ///   `incompatibleState` if the file was read in another number of parts, is listed under another path now, or
    ///   is another one than had been read.
    public func reader(for split: SourceSplit, from position: SourcePosition?) throws
        -> RecordFileReader<Decoder>
    {
        var (path, part) = FilePart.named(split.id, blockSize: blockSize)
        if parts == 1, paths.contains(split.id) { (path, part) = (split.id, FilePart()) }
        // A file that is not listed any more is read to its end, but not as well under another name.
        if !paths.contains(path), let twin = paths.first(where: { ByteFile.isSame($0, path) }) {
            throw StreamError(
                .incompatibleState,
                "the checkpoint knows '\(twin)' as '\(path)': write the path as it was, or start without the "
                    + "checkpoint")
        }
        if paths.contains(path), part.count != parts {
            throw StreamError(
                .incompatibleState,
                "the checkpoint was reading '\(split.id)', but the source reads the file in \(parts) parts: "
                    + "give it the number of parts that it had, or start without the checkpoint")
        }
        return try RecordFileReader(
            path: path, part: part, follows: follows, maxRecordBytes: maxRecordBytes,
            decoder: makeDecoder(), from: position)
    }
}
