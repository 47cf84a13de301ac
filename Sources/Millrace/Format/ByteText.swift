/// A run of bytes inside a larger buffer: a field's name, a number, a cell.
///
/// Valid only while the buffer that it points into is; never kept by a record.
public struct ByteText {
    // Safety: whoever makes a text keeps its buffer alive and unchanged while the text is in use.
    @usableFromInline let start: UnsafePointer<UInt8>
    /// How many bytes there are.
    public let count: Int

    @inlinable @inline(__always)
    init(start: UnsafePointer<UInt8>, count: Int) {
        self.start = start
        self.count = count
    }

    /// Whether the bytes are those of `text`.
    @inlinable @inline(__always)
    public static func == (bytes: ByteText, text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        let other = text.utf8Start
        for index in 0..<bytes.count where bytes.start[index] != other[index] { return false }
        return true
    }

    /// Lets a text be compared in a `switch`.
    @inlinable @inline(__always)
    public static func ~= (pattern: StaticString, bytes: ByteText) -> Bool { bytes == pattern }

    /// The bytes as text; what is not UTF-8 is replaced.
    public var string: String {
        String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    @inlinable
    subscript(index: Int) -> UInt8 { start[index] }
}

extension UInt64 {
    /// This byte in all eight places.
    @inlinable @inline(__always)
    static func repeating(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// A word whose high bits mark the bytes that are zero; exact for the lowest one.
    @inlinable @inline(__always)
    var zeroBytes: UInt64 {
        (self &- 0x0101_0101_0101_0101) & ~self & 0x8080_8080_8080_8080
    }

    /// A mark for each byte that equals `byte`; exact for the lowest one.
    @inlinable @inline(__always)
    func marks(of byte: UInt8) -> UInt64 { (self ^ .repeating(byte)).zeroBytes }
}

extension UnsafePointer<UInt8> {
    /// The eight bytes here, the first one lowest.
    @inlinable @inline(__always)
    var word: UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(self).loadUnaligned(as: UInt64.self))
    }
}

extension ByteText {
    /// A valid JSON number of seconds, rounded down to whole milliseconds; `nil` if it has an exponent or
    /// is out of range.
    @usableFromInline var millisOfSeconds: Int64? {
        var parser = DecimalParser(scale: 3)
        var isCut = false
        for index in 0..<count {
            if parser.places == 3 {
                guard self[index] &- UInt8(ascii: "0") < 10 else { return nil }
                isCut = isCut || self[index] != UInt8(ascii: "0")
            } else if !parser.take(self[index]) {
                return nil
            }
        }
        guard let value = parser.value else { return nil }
        return isCut && parser.isNegative ? value.saturatingSubtract(1) : value
    }
}
