/// Writes state as bytes: little-endian, in the order of the calls.
///
/// A hand-written ``StateCodable`` gets one and writes its parts; ``StateReader`` reads them back in the
/// same order.
public struct StateWriter {
    /// What has been written so far.
    public private(set) var bytes: [UInt8] = []
    /// Where large parts of the state go, each a block of its own.
    let blocks: any BlockTarget
    let codecs = CodecList()

    /// Whether the state is not written again, so that what a block holds need not be kept for it.
    let releasesState: Bool

    init(blocks: any BlockTarget, releasesState: Bool = false) {
        self.blocks = blocks
        self.releasesState = releasesState
    }

    /// The schemas of the types that have been written.
    var schemas: [StateSchema] { codecs.schemas }

    /// Writes an integer in as many bytes as it has, the least significant first.
    @inlinable
    public mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { write(rawBytes: $0) }
    }

    /// Writes a number by its bit pattern.
    public mutating func write(_ number: Double) { write(number.bitPattern) }

    public mutating func write(_ flag: Bool) { write(flag ? 1 : 0 as UInt8) }

    /// Writes the UTF-8 of a text, with its length before it.
    public mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            write(count: utf8.count)
            write(rawBytes: UnsafeRawBufferPointer(utf8))
        }
    }

    /// Writes numbers, each the least significant byte first, with their count before them. Faster than
    /// ``write(value:)``, and read by the ``StateReader`` method for the same array only.
    @inlinable
    public mutating func write<Number: FixedWidthInteger & BitwiseCopyable>(_ numbers: [Number]) {
        write(count: numbers.count)
        numbers.withUnsafeBytes { write(rawBytes: $0) }
    }

    /// Writes a count or another number that is not negative: seven bits a byte, as LEB128.
    public mutating func write(count: Int) {
        precondition(count >= 0, "a count is not negative")
        var rest = UInt64(count)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Writes bytes as they are, without their number.
    public mutating func write(rawBytes: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: rawBytes)
    }

    /// Writes bytes as they are, without their number.
    mutating func write(rawBytes: [UInt8]) { bytes += rawBytes }

    /// Fills up with zeros: a run of values takes at least a byte for each, so that readers can tell a
    /// damaged count even where values take none.
    mutating func pad(to end: Int) {
        bytes.append(contentsOf: repeatElement(0, count: max(0, end - bytes.count)))
    }

    /// Writes a value by its own codec; see ``StateCodable`` for which types have one.
    /// - Throws: ``StreamError`` with code `incompatibleState` if the type has none.
    public mutating func write<Value>(value: Value) throws {
        try codec(for: Value.self).encode(value, &self)
    }

    /// The codec of a type, noted in the schema.
    func codec<Value>(for type: Value.Type) throws -> StateCodec<Value> {
        try codecs.codec(for: type) { _ in nil }
    }

    /// Writes a part of the state as a block of its own.
    ///
    /// - Parameter key: What says that the block has not changed; such a block is not written again.
    mutating func writeBlock(
        _ key: BlockKey? = nil, _ body: (inout [UInt8]) throws -> Void
    ) throws {
        if let key, let index = blocks.reuse(key) { return write(count: index) }
        var content: [UInt8] = []
        try body(&content)
        write(count: try blocks.add(content, key: key, schemas: codecs.schemas))
    }

    /// Lets `body` append to the bytes of a block with this writer's codecs.
    mutating func withBytes(
        _ content: inout [UInt8], _ body: (inout StateWriter) throws -> Void
    ) rethrows {
        swap(&bytes, &content)
        defer { swap(&bytes, &content) }
        try body(&self)
    }
}

/// Where the blocks of a snapshot go.
protocol BlockTarget: AnyObject {
    /// Takes a block; returns its number among the blocks of the operator instance.
    /// - Parameter schemas: How what is in the block is stored, and maybe more.
    func add(_ bytes: [UInt8], key: BlockKey?, schemas: [StateSchema]) throws -> Int
    /// The number of a block that need not be written, because an earlier checkpoint has it. Its schemas are
    /// then the target's affair.
    func reuse(_ key: BlockKey) -> Int?
}

/// What a block's content depends on: equal keys, equal content, within one run.
struct BlockKey: Hashable, Sendable {
    let table: UInt64
    let segment: Int
    let version: UInt64
}

/// Keeps blocks in memory.
final class BlockList: BlockTarget {
    private(set) var blocks: [[UInt8]] = []

    func add(_ bytes: [UInt8], key: BlockKey?, schemas: [StateSchema]) -> Int {
        blocks.append(bytes)
        return blocks.count - 1
    }

    func reuse(_ key: BlockKey) -> Int? { nil }
}
