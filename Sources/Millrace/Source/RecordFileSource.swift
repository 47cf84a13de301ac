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
    ///     regular files only that do not grow, of a format without a header whose records are lines; each
    ///     part reads the whole file (its size and position are the file's) and decodes its own lines. The
    ///     number must stay as it is while a topology goes on from checkpoints.
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

/// Reads the records of one file.
public struct RecordFileReader<Decoder: RecordDecoder>: SourceReader {
    public typealias Element = Decoder.Record
    @usableFromInline var decoder: Decoder
    @usableFromInline var buffer: FileBuffer
    @usableFromInline let follows: Bool
    @usableFromInline let maxRecordBytes: Int
    /// Whether the rest of a line is to be passed, because it belongs to a record that was too long.
    @usableFromInline var isInLongLine = false
    @usableFromInline var line = 1
    /// At which lines the records of the last read begin.
    @usableFromInline var lines = ElementNumbers()
    /// Whether the record that the others need has not come yet.
    @usableFromInline var awaitsHeader = Decoder.hasHeader
    /// Which lines are decoded here.
    private let part: FilePart
    /// A record that begins here or behind may be another part's.
    @usableFromInline var ownEnd: Int64

    init(
        path: String, part: FilePart, follows: Bool, maxRecordBytes: Int, decoder: Decoder,
        from position: SourcePosition?
    ) throws {
        self.decoder = decoder
        self.follows = follows
        self.maxRecordBytes = maxRecordBytes
        self.part = part
        buffer = FileBuffer(try ByteFile.reading(path))
        ownEnd = part.end(ofOwnBlocksAt: position?.offset ?? 0)
        guard let position else { return }
        let detail = position.detail.split(separator: " ")
        isInLongLine = detail.dropFirst(2).first.map(String.init) == Self.longLineDetail
        guard position.offset > 0 else { return }
        while awaitsHeader, try readHeader() {}
        // Only blank lines had been read: the header is still to come.
        if buffer.offset > position.offset {
            self.decoder = decoder
            awaitsHeader = Decoder.hasHeader
        }
        line = detail.first.flatMap { Int($0) } ?? 1
        try buffer.seek(to: position.offset, mark: detail.dropFirst().first.flatMap { UInt32($0) })
    }

    /// Reads the header, or a blank line in front of it.
    /// - Returns: Whether there was either.
    private mutating func readHeader() throws -> Bool {
        var end = decoder.endOfRecord(in: buffer.bytes, from: buffer.next)
        while end == nil, !holdsTooMuch {
            if try !buffer.fill() { break }
            end = decoder.endOfRecord(in: buffer.bytes, from: buffer.next)
        }
        guard let end else {
            if holdsTooMuch { try refuseLongRecord { _, named in throw named } }
            return false
        }
        let bytes = buffer.record(upTo: end)
        do { _ = try decoder.decode(bytes) } catch {
            try refuse(bytes, error) { _, named in throw named }
        }
        awaitsHeader = bytes.isEmpty
        buffer.next = end
        return true
    }

    @inlinable
    public mutating func read(
        into batch: inout Batch<Element>, limit: Int, reject: (String, StreamError) throws -> Void
    ) throws -> SourceStatus {
        batch.removeAll()
        lines.removeAll()
        // Records that give no element count as well: a read is bounded whatever the file holds.
        var count = 0
        while count < limit {
            count &+= 1
            if isInLongLine {
                if passLongLine() { continue }
            } else {
                if buffer.offset >= ownEnd, try !goToOwnBlock() { return .finished }
                if let end = decoder.endOfRecord(in: buffer.bytes, from: buffer.next) {
                    try decode(upTo: end, into: &batch, reject: reject)
                    continue
                }
                if holdsTooMuch {
                    try refuseLongRecord(reject)
                    continue
                }
            }
            if !buffer.isReadable { return .waiting }
            if try buffer.fill() {
                // However long a line is, a read is not.
                if isInLongLine { return .more }
                continue
            }
            if follows {
                try buffer.checkThatFileIsTheSame()
                return .waiting
            }
            // The last record may have no line end.
            if buffer.next < buffer.count {
                try decode(upTo: buffer.count, into: &batch, reject: reject)
                if isInLongLine { continue }
            }
            return .finished
        }
        return .more
    }

    /// Passes the records that are other parts'.
    /// - Returns: Whether one of this part's follows.
    @usableFromInline @inline(never)
    mutating func goToOwnBlock() throws -> Bool {
        ownEnd = part.end(ofOwnBlocksAt: buffer.offset)
        while buffer.offset >= ownEnd {
            let block = part.startOfOwnBlock(atOrBehind: buffer.offset)
            guard let passed = try buffer.skipLines(before: block) else { return false }
            line += passed
            // A record that is longer than a block may end behind the next one.
            ownEnd = part.end(ofOwnBlocksAt: buffer.offset)
        }
        return true
    }

    /// Decodes the record that ends at `end`.
    @inlinable @inline(__always)
    mutating func decode(
        upTo end: Int, into batch: inout Batch<Element>,
        reject: (String, StreamError) throws -> Void
    ) throws {
        let bytes = buffer.record(upTo: end)
        if bytes.count > maxRecordBytes { return try refuseLongRecord(reject) }
        do {
            if let record = try decoder.decode(bytes) {
                lines.note(Int64(line), at: batch.count)
                batch.append(record, at: .none)
            }
            if awaitsHeader { awaitsHeader = bytes.isEmpty }
        } catch {
            try refuse(bytes, error, reject)
        }
        line &+= Decoder.recordsSpanLines ? buffer.lineEnds(buffer.next..<end) : 1
        buffer.next = end
    }

    /// Hands over what could not be decoded. A header that cannot be understood always fails.
    @usableFromInline @inline(never)
    func refuse(
        _ bytes: UnsafeBufferPointer<UInt8>, _ error: any Error,
        _ reject: (String, StreamError) throws -> Void
    ) throws {
        var named =
            error as? StreamError
            ?? StreamError(.malformedInput, "the record could not be decoded", cause: error)
        named.place = place(ofLine: line) + (named.place.map { ", \($0)" } ?? "")
        if awaitsHeader { throw named }
        try reject(String(decoding: bytes, as: UTF8.self), named)
    }

    private func place(ofLine line: Int) -> String { "\(buffer.path) line \(line)" }

    public func place(ofElement index: Int) -> String? {
        lines[index].map { place(ofLine: Int($0)) }
    }

    /// The line at which the next record begins, from 1.
    public var nextLine: Int { line }

    public var position: SourcePosition {
        SourcePosition(
            offset: buffer.offset,
            detail: "\(line) \(buffer.mark)" + (isInLongLine ? " \(Self.longLineDetail)" : ""))
    }
}
