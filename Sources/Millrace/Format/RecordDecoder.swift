/// How a stream of bytes becomes records: where a record ends, and what it says.
///
/// A decoder is a value owned by one reader. It sees records in order.
public protocol RecordDecoder<Record>: Sendable {
    /// What comes out.
    associatedtype Record: Sendable

    /// A short name for printing the graph, such as `JSON Lines`.
    static var formatName: String { get }

    /// Where the record that begins at `start` ends: the index behind its last byte, with its line end;
    /// `nil` if more bytes are needed.
    func endOfRecord(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int?

    /// Where the quote stands that is open at the end of `bytes`, which are the beginning of a record from
    /// `start` on; `nil` if none is, or the format has none that may hold line ends. Called for a record that is too long.
    func openQuote(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int?

    /// Decodes one record without its line end. Gives `nil` for what holds no record (a header, a blank
    /// line).
    /// - Throws: ``StreamError`` with code `malformedInput`.
    mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Record?

    /// Whether a record may hold line ends, so that lines must be counted inside it.
    static var recordsSpanLines: Bool { get }

    /// Whether the first record is needed to understand the others, as a header is.
    static var hasHeader: Bool { get }
}

extension RecordDecoder {
    public static var hasHeader: Bool { false }
    public static var recordsSpanLines: Bool { false }

    public func openQuote(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? { nil }

    /// The index behind the next line end.
    @inlinable
    public func endOfRecord(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        return endOfLine(base, from: start, count: bytes.count)
    }
}

/// The index behind the next line feed, eight bytes at a time.
@inlinable @inline(__always)
func endOfLine(_ base: UnsafePointer<UInt8>, from start: Int, count: Int) -> Int? {
    var index = start
    while index &+ 8 <= count {
        let marks = (base + index).word.marks(of: 0x0A)
        if marks != 0 { return index &+ marks.trailingZeroBitCount / 8 &+ 1 }
        index &+= 8
    }
    while index < count {
        if base[index] == 0x0A { return index + 1 }
        index &+= 1
    }
    return nil
}

/// Decodes JSON Lines: one object per line. Blank lines are skipped.
public struct JSONLinesDecoder<Record: JSONDecodableRecord>: RecordDecoder {
    public static var formatName: String { "JSON Lines" }

    @inlinable
    public init() {}

    @inlinable
    public mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Record? {
        var reader = JSONReader(bytes)
        reader.skipSpace()
        if reader.position == reader.end { return nil }
        let record = try Record(from: &reader)
        try reader.finishRecord()
        return record
    }
}
