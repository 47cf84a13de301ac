/// Writes one JSON object after the other, a line each: what a ``JSONRecord`` encodes itself to.
///
/// ```swift
/// func encode(to json: inout JSONWriter) {
///     json.field("user", user)
///     json.field("pages", pages) { $0.value($1) }
/// }
/// ```
public struct JSONWriter: Sendable {
    /// What has been written.
    public internal(set) var bytes: [UInt8] = []
    /// Whether the next field or element is the first of its object or array.
    var isFirst = true

    /// An empty writer.
    public init() {}

    /// A writer that goes on behind `bytes`.
    init(continuing bytes: consuming [UInt8]) { self.bytes = bytes }

    // MARK: - Fields

    /// Writes a field with an integer.
    @inlinable
    public mutating func field(_ name: StaticString, _ value: some FixedWidthInteger) {
        begin(name)
        self.value(value)
    }

    /// Writes a field with an integer as a string.
    @inlinable
    public mutating func field(_ name: StaticString, quoting value: some FixedWidthInteger) {
        begin(name)
        self.value(quoting: value)
    }

    /// Writes a field with a string.
    public mutating func field(_ name: StaticString, _ value: String) {
        begin(name)
        self.value(value)
    }

    /// Writes a field with a floating-point number; `null` if it is not finite.
    public mutating func field(_ name: StaticString, _ value: Double) {
        begin(name)
        self.value(value)
    }

    /// Writes a field with `true` or `false`.
    public mutating func field(_ name: StaticString, _ value: Bool) {
        begin(name)
        append(value ? "true" : "false")
    }

    /// Writes a field with a time as milliseconds since 1970.
    public mutating func field(_ name: StaticString, _ value: Timestamp) {
        field(name, value.millis)
    }

    /// Writes a field that has no value: `null`.
    public mutating func null(_ name: StaticString) {
        begin(name)
        append("null")
    }

    /// Writes a field with a nested object.
    public mutating func field(_ name: StaticString, _ value: some JSONEncodableRecord) {
        begin(name)
        object(value)
    }

    /// Writes a field with an array, one call of `write` per element.
    public mutating func field<Element>(
        _ name: StaticString, _ elements: some Sequence<Element>,
        _ write: (inout JSONWriter, Element) -> Void
    ) {
        begin(name)
        bytes.append(UInt8(ascii: "["))
        isFirst = true
        for element in elements {
            separate()
            write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
        isFirst = false
    }

    // MARK: - Values

    /// Writes a record as an object.
    public mutating func object(_ record: some JSONEncodableRecord) {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        record.encode(to: &self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    /// Writes an integer.
    @inlinable @inline(__always)
    public mutating func value<Number: FixedWidthInteger>(_ value: Number) {
        // Rare, and slower: integers beyond 64 bits.
        if Number.bitWidth > 64 { return append(String(value)) }
        integer(UInt64(truncatingIfNeeded: value.magnitude), isNegative: value < 0)
    }

    /// Writes an integer as a string, as ids are that happen to be numbers.
    @inlinable @inline(__always)
    public mutating func value<Number: FixedWidthInteger>(quoting value: Number) {
        if Number.bitWidth > 64 { return self.value(String(value)) }
        integer(
            UInt64(truncatingIfNeeded: value.magnitude), isNegative: value < 0, isQuoted: true)
    }

    @usableFromInline
    mutating func integer(_ magnitude: UInt64, isNegative: Bool, isQuoted: Bool = false) {
        var magnitude = magnitude
        // Safety: 64 bits have at most 20 digits, around which are a sign and two quotes; what is from `first` on is
        // initialised.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 23) { text in
            var first = text.count
            func put(_ byte: UInt8) {
                first -= 1
                text[first] = byte
            }
            if isQuoted { put(UInt8(ascii: "\"")) }
            repeat {
                put(UInt8(ascii: "0") + UInt8(magnitude % 10))
                magnitude /= 10
            } while magnitude > 0
            if isNegative { put(UInt8(ascii: "-")) }
            if isQuoted { put(UInt8(ascii: "\"")) }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[first...]))
        }
    }

    /// Writes a floating-point number in its shortest exact form; `null` if it is not finite.
    public mutating func value(_ value: Double) { append(value.isFinite ? "\(value)" : "null") }

    /// Writes a string, escaping what JSON demands.
    public mutating func value(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { text in
            // Behind the last byte that was escaped.
            var start = 0
            for index in text.indices where Self.mustEscape(text[index]) {
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
                escape(text[index])
                start = index + 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            append(byte < 16 ? "\\u000" : "\\u00")
            append(String(byte, radix: 16))
        }
    }

    // MARK: - Pieces

    @usableFromInline
    mutating func begin(_ name: StaticString) {
        name.withUTF8Buffer { name in
            // One append for all, because each asks whether the array is shared and has room.
            // Safety: the room is for the name and four bytes around it, which are all initialised.
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: name.count + 4) { text in
                text[0] = UInt8(ascii: ",")
                text[1] = UInt8(ascii: "\"")
                for index in name.indices { text[index + 2] = name[index] }
                text[name.count + 2] = UInt8(ascii: "\"")
                text[name.count + 3] = UInt8(ascii: ":")
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[(isFirst ? 1 : 0)...]))
            }
        }
        isFirst = false
    }

    mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    @usableFromInline
    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Writes a record as an object behind `bytes`.
    @usableFromInline
    static func append(_ record: some JSONEncodableRecord, to bytes: inout [UInt8]) {
        var writer = JSONWriter(continuing: bytes)
        bytes = []
        writer.object(record)
        bytes = writer.bytes
    }

    /// Writes a record as a line.
    mutating func line(_ record: some JSONEncodableRecord) {
        object(record)
        bytes.append(UInt8(ascii: "\n"))
    }
}
