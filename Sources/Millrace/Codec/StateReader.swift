/// Reads what a ``StateWriter`` has written, in the same order. Every read checks that the bytes are there.
public struct StateReader {
    @usableFromInline var bytes: [UInt8]
    @usableFromInline var offset = 0
    let codecs: CodecList
    /// Fetches a block by its number.
    private let block: (Int) throws -> [UInt8]
    /// The key groups that are wanted; others may be left out.
    let ownership: GroupOwnership

    init(
        _ bytes: [UInt8], schemas: [StateSchema] = [],
        ownership: GroupOwnership = GroupOwnership(groups: KeyGroups(), range: 0..<128),
        block: @escaping (Int) throws -> [UInt8] = { _ in throw StateReader.damaged("a block") }
    ) {
        self.bytes = bytes
        codecs = CodecList(stored: schemas)
        self.ownership = ownership
        self.block = block
    }

    /// How many bytes have not been read.
    @inlinable
    public var remaining: Int { bytes.count - offset }

    /// Reads an integer in as many bytes as it has.
    /// - Throws: ``StreamError`` with code `incompatibleState` if the bytes have ended, like all reads.
    @inlinable
    public mutating func read<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        let size = Number.bitWidth / 8
        try need(size)
        defer { offset += size }
        return bytes.withUnsafeBytes { raw in
            Number(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
    }

    @inlinable
    public mutating func read(_ type: Double.Type) throws -> Double {
        Double(bitPattern: try read(UInt64.self))
    }

    @inlinable
    public mutating func read(_ type: Bool.Type) throws -> Bool { try read(UInt8.self) != 0 }

    /// Reads a text; damaged UTF-8 is refused.
    public mutating func read(_ type: String.Type) throws -> String {
        let count = try readCount()
        return try withRawBytes(count) { raw in
            guard let start = raw.baseAddress, count > 0 else { return "" }
            // Safety: the bytes stay where they are until the text has been made.
            let text = ByteText(start: start.assumingMemoryBound(to: UInt8.self), count: count)
            guard text.isValidUTF8 else { throw Self.damaged("a text") }
            return text.string
        }
    }

    /// Reads numbers that were written as an array of numbers.
    @inlinable
    public mutating func read<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: [Number].Type
    ) throws -> [Number] {
        try readTrivial(Number.self)
    }

    /// Reads a counted array of trivial values that was written as memory.
    @inlinable
    mutating func readTrivial<Element>(_ type: Element.Type) throws -> [Element] {
        let count = try readCount()
        let stride = MemoryLayout<Element>.stride
        if count > remaining / stride { throw Self.damaged("a count") }
        if count == 0 { return [] }
        let start = offset
        offset += count * stride
        return bytes.withUnsafeBytes { raw in
            [Element](unsafeUninitializedCapacity: count) { buffer, made in
                // Safety: the type is trivial, the caller knows that the same type was stored here, and the
                // bytes have been counted.
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: raw[start..<start + count * stride]))
                made = count
            }
        }
    }

    /// Reads a count.
    public mutating func readCount() throws -> Int {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try read(UInt8.self)
            result |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
            if shift > 56 { throw Self.damaged("a count") }
        }
        return Int(result)
    }

    /// Reads a count of things that take at least `size` bytes each, so that damaged bytes cannot ask for
    /// endless memory.
    mutating func readCount(ofSize size: Int) throws -> Int {
        let count = try readCount()
        if count > remaining / max(size, 1), size > 0 { throw Self.damaged("a count") }
        return count
    }

    /// Skips what ``StateWriter/pad(to:)`` has added.
    mutating func skipPadding(to end: Int) throws {
        guard offset < end else { return }
        try need(end - offset)
        offset = end
    }

    /// Passes the next `count` bytes.
    mutating func withRawBytes<Result>(
        _ count: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        try need(count)
        defer { offset += count }
        return try bytes.withUnsafeBytes { raw in
            try body(UnsafeRawBufferPointer(rebasing: raw[offset..<offset + count]))
        }
    }

    /// Reads a value by its own codec.
    public mutating func read<Value>(value type: Value.Type) throws -> Value {
        try codec(for: type).decode(&self)
    }

    /// The codec of a type for what was stored.
    func codec<Value>(for type: Value.Type) throws -> StateCodec<Value> {
        try codecs.codec(for: type) { codecs in
            guard let schema = codecs.claim("\(Value.self)") else { throw Self.damaged("a schema") }
            return schema
        }
    }

    /// Reads the number of a block and gives the block's bytes to `body`, with this reader's codecs.
    mutating func readBlock(_ body: (inout StateReader) throws -> Void) throws {
        try withBytes(block(readCount()), body)
    }

    /// Lets `body` read other bytes with this reader's codecs.
    mutating func withBytes<Result>(
        _ other: [UInt8], _ body: (inout StateReader) throws -> Result
    ) rethrows -> Result {
        var (bytes, offset) = (other, 0)
        swap(&self.bytes, &bytes)
        swap(&self.offset, &offset)
        defer {
            swap(&self.bytes, &bytes)
            swap(&self.offset, &offset)
        }
        return try body(&self)
    }

    /// Skips the number of a block that is not wanted.
    mutating func skipBlock() throws { _ = try readCount() }

    @inlinable
    func need(_ count: Int) throws {
        if count > remaining || count < 0 { throw Self.damaged("\(count) bytes") }
    }

    @usableFromInline
    static func damaged(_ what: String) -> StreamError {
        StreamError(
            .incompatibleState, "the stored state ends early or is damaged: \(what) cannot be read")
    }

    /// What is stored of a type has been read, and bytes are left or keys have come twice.
    static func unequal(_ type: Any.Type) -> StreamError {
        StreamError(
            .incompatibleState,
            "what was stored of \(type) is not what was read: the init(from:) of a type of yours must read what its "
                + "encode(to:) has written, and no more")
    }
}
