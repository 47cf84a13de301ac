/// Reads the records of one file.
public struct RecordFileReader<Decoder: RecordDecoder>: SourceReader {
    public typealias Element = Decoder.Record
    @usableFromInline var decoder: Decoder
    @usableFromInline var buffer: FileBuffer
    @usableFromInline let follows: Bool
    @usableFromInline let maxRecordBytes: Int
    /// Whether the rest of a line is to be passed, because it belongs to a record that was too long.
    @usableFromInline var isInLongLine = false
    /// The line at which the next record begins, from 1: of the file, or in a part of those from `lineOrigin` on.
    @usableFromInline var line = 1
    /// The place in the file behind which lines are counted.
    private var lineOrigin: Int64 = 0
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
        if part.count == 1 {
            line = detail.first.flatMap { Int($0) } ?? 1
        } else {
            lineOrigin = position.offset
        }
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
                if buffer.offset >= ownEnd {
                    // The lines of a read are counted from one place.
                    if !batch.isEmpty { return .more }
                    if try !goToOwnBlock() { return .finished }
                }
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
            if try buffer.fill(aimingAt: ownEnd) {
                // However long a line is, a read is not.
                if isInLongLine { return .more }
                continue
            }
            if follows {
                try buffer.checkThatFileIsTheSame()
                return .waiting
            }
            try checkThatPartIsWhole()
            // The last record may have no line end.
            if buffer.next < buffer.count {
                try decode(upTo: buffer.count, into: &batch, reject: reject)
                if isInLongLine { continue }
            }
            return .finished
        }
        return .more
    }

    /// Passes the records that are other parts', without reading them.
    /// - Returns: Whether one of this part's follows.
    @usableFromInline @inline(never)
    mutating func goToOwnBlock() throws -> Bool {
        ownEnd = part.end(ofOwnBlocksAt: buffer.offset)
        while buffer.offset >= ownEnd {
            let block = part.startOfOwnBlock(atOrBehind: buffer.offset)
            guard try buffer.skip(toLineFrom: block) else { return false }
            (line, lineOrigin) = (1, buffer.offset)
            // A record that is longer than a block may end behind the next one.
            ownEnd = part.end(ofOwnBlocksAt: buffer.offset)
        }
        return true
    }

    /// Fails if the file is shorter than what this part has read of it. The size of one that is read from beginning
    /// to end may be unknown, as under `/proc`.
    @usableFromInline @inline(never)
    func checkThatPartIsWhole() throws {
        if part.count > 1 { try buffer.checkThatNothingIsCutOff() }
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

    private func place(ofLine line: Int) -> String {
        if part.count == 1 { return "\(buffer.path) line \(line)" }
        guard let before = buffer.lineEnds(inFileBefore: lineOrigin) else {
            return "\(buffer.path) line \(line) behind byte \(lineOrigin)"
        }
        return "\(buffer.path) line \(before + line)"
    }

    public func place(ofElement index: Int) -> String? {
        lines[index].map { place(ofLine: Int($0)) }
    }

    public var position: SourcePosition {
        SourcePosition(
            offset: buffer.offset,
            detail: "\(part.count == 1 ? line : 0) \(buffer.mark)"
                + (isInLongLine ? " \(Self.longLineDetail)" : ""))
    }
}
