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
    public mutating func field(_ name: StaticString, _ value: some FixedWidthInteger) {
        begin(name)
        self.value(value)
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
    public mutating func value(_ value: some FixedWidthInteger) {
        // Rare, and slower: integers beyond 64 bits.
        guard value.bitWidth <= 64 else { return append(String(value)) }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var magnitude = UInt64(value.magnitude)
        let first = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[first...].reverse()
    }

    /// Writes a floating-point number in its shortest exact form; `null` if it is not finite.
    public mutating func value(_ value: Double) { append(value.isFinite ? "\(value)" : "null") }

    /// Writes a string, escaping what JSON demands.
    public mutating func value(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20:
                append(byte < 16 ? "\\u000" : "\\u00")
                append(String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    // MARK: - Pieces

    private mutating func begin(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

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
