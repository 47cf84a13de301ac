/// Reads files of records, each file a split of its own: JSON Lines, CSV, or a format of your own.
///
/// The path `-` is the standard input. Input that cannot be decoded is handled by the source's error
/// policy, with file and line. A file that is followed never ends: what is appended is read as it comes.
public struct RecordFileSource<Decoder: RecordDecoder>: Source {
    public typealias Element = Decoder.Record
    let paths: [String]
    let follows: Bool
    @usableFromInline let makeDecoder: @Sendable () -> Decoder

    /// - Parameters:
    ///   - paths: The files, each a split.
    ///   - follows: Whether the files grow and reading goes on at their end.
    ///   - decoder: Makes a decoder per split.
    public init(
        paths: [String], follows: Bool = false, decoder: @escaping @Sendable () -> Decoder
    ) {
        self.paths = paths
        self.follows = follows
        makeDecoder = decoder
    }

    public var label: String { "\(Decoder.formatName) \(paths.joined(separator: ", "))" }

    public func splits(preferred: Int) throws -> [SourceSplit] {
        try paths.map { SourceSplit(id: $0, size: try ByteFile.reading($0).size) }
    }

    public func reader(for split: SourceSplit, from position: SourcePosition?) throws
        -> RecordFileReader<Decoder>
    {
        try RecordFileReader(
            path: split.id, follows: follows, decoder: makeDecoder(), from: position)
    }
}

/// Reads the records of one file.
public struct RecordFileReader<Decoder: RecordDecoder>: SourceReader {
    public typealias Element = Decoder.Record
    @usableFromInline var decoder: Decoder
    @usableFromInline var buffer: FileBuffer
    @usableFromInline let follows: Bool
    /// The line at which the next record begins, from 1.
    @usableFromInline var line = 1

    init(path: String, follows: Bool, decoder: Decoder, from position: SourcePosition?) throws {
        self.decoder = decoder
        self.follows = follows
        buffer = FileBuffer(try ByteFile.reading(path))
        guard let position, position.offset > 0 else { return }
        if Decoder.hasHeader { try readHeader() }
        try buffer.seek(to: position.offset)
        line = Int(position.detail) ?? 1
    }

    private mutating func readHeader() throws {
        while true {
            if let end = decoder.endOfRecord(in: buffer.bytes, from: buffer.next) {
                _ = try decoder.decode(buffer.record(upTo: end))
                return
            }
            if try !buffer.fill() { return }
        }
    }

    @inlinable
    public mutating func read(
        into batch: inout Batch<Element>, limit: Int, reject: (String, StreamError) throws -> Void
    ) throws -> SourceStatus {
        batch.removeAll()
        while batch.count < limit {
            if let end = decoder.endOfRecord(in: buffer.bytes, from: buffer.next) {
                try decode(upTo: end, into: &batch, reject: reject)
                continue
            }
            if !buffer.isReadable { return .waiting }
            if try buffer.fill() { continue }
            if follows { return .waiting }
            // The last record may have no line end.
            if buffer.next < buffer.count {
                try decode(upTo: buffer.count, into: &batch, reject: reject)
            }
            return .finished
        }
        return .more
    }

    /// Decodes the record that ends at `end`.
    @inlinable @inline(__always)
    mutating func decode(
        upTo end: Int, into batch: inout Batch<Element>,
        reject: (String, StreamError) throws -> Void
    ) throws {
        let bytes = buffer.record(upTo: end)
        do {
            if let record = try decoder.decode(bytes) { batch.append(record, at: .none) }
        } catch {
            try refuse(bytes, error, reject)
        }
        line &+= Decoder.recordsSpanLines ? lineCount(buffer.next, end) : 1
        buffer.next = end
    }

    @usableFromInline
    func lineCount(_ start: Int, _ end: Int) -> Int {
        buffer.bytes[start..<end].reduce(0) { $1 == 0x0A ? $0 + 1 : $0 }
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
        named.place = "\(buffer.path) line \(line)" + (named.place.map { ", \($0)" } ?? "")
        if Decoder.hasHeader, line == 1 { throw named }
        try reject(String(decoding: bytes, as: UTF8.self), named)
    }

    public var position: SourcePosition {
        SourcePosition(offset: buffer.offset, detail: "\(line)")
    }
}
