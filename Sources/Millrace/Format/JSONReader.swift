/// Reads one JSON value from bytes, field by field, without building a tree: what a ``JSONRecord``
/// decodes itself from.
///
/// RFC 8259, strictly: what is not valid JSON is refused even in fields that are skipped. A field that
/// comes twice is given twice; a record that assigns it keeps the last one. Nesting deeper than 128 is
/// refused.
///
/// Valid only during the call that it is passed to.
public struct JSONReader {
    // Safety: the bytes between `start` and `end` are alive and unchanged while the reader is in use;
    // every read is bounded by `end`.
    @usableFromInline let start: UnsafePointer<UInt8>
    @usableFromInline let end: UnsafePointer<UInt8>
    @usableFromInline var position: UnsafePointer<UInt8>
    /// Whether every byte is a printable ASCII character, so that strings need no further check.
    @usableFromInline let isPlain: Bool
    @usableFromInline var depth = 0
    /// Whether the next field is the first of its object.
    @usableFromInline var isAtStart = true
    @usableFromInline var fieldName: ByteText
    /// Whether an escape has been read since this was last reset.
    @usableFromInline var hasEscape = false
    /// Keeps the names that had to be unescaped; most documents have none.
    @usableFromInline var unescapedNames: UnescapedNames?

    /// A reader at the beginning of `bytes`, which must outlive it.
    @inlinable
    public init(_ bytes: UnsafeBufferPointer<UInt8>) {
        let empty = UnsafePointer(bitPattern: 1).unsafelyUnwrapped as UnsafePointer<UInt8>
        start = bytes.baseAddress ?? empty
        end = start + bytes.count
        position = start
        fieldName = ByteText(start: start, count: 0)
        isPlain = Self.isPlain(start, end)
    }

    /// Whether all bytes are from 0x20 to 0x7E or so: no control character, nothing beyond ASCII.
    @inlinable
    static func isPlain(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        var bad: UInt64 = 0
        var position = start
        while position + 8 <= end {
            let word = position.word
            // A byte below 0x20 borrows into its high bit when 0x20 is subtracted.
            bad |= word | (word &- 0x2020_2020_2020_2020)
            position += 8
        }
        while position < end {
            bad |= UInt64(position.pointee) | (UInt64(position.pointee) &- 0x20)
            position += 1
        }
        return bad & 0x8080_8080_8080_8080 == 0
    }

    // MARK: - Objects

    /// The name of the next field of the object, whose value must be read or skipped before the next call;
    /// `nil` at the object's end. Escapes in it are resolved.
    @inlinable @inline(__always)
    public mutating func nextField() throws -> ByteText? {
        if isAtStart {
            try enter(UInt8(ascii: "{"))
            isAtStart = false
            if try leave(UInt8(ascii: "}")) { return nil }
        } else {
            skipSpace()
            if try leave(UInt8(ascii: "}")) { return nil }
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
        fieldName = try name()
        skipSpace()
        try expect(UInt8(ascii: ":"))
        skipSpace()
        return fieldName
    }

    /// Reads a nested object with its own type.
    @inlinable
    public mutating func object<Record: JSONDecodableRecord>(
        _ type: Record.Type = Record.self
    ) throws -> Record {
        let outer = fieldName
        let outerDepth = depth
        isAtStart = true
        let record = try Record(from: &self)
        if isAtStart || depth > outerDepth { try finishObject() }
        isAtStart = false
        fieldName = outer
        return record
    }

    /// Reads an array, calling `element` for each of its values.
    @inlinable
    public mutating func array(_ element: (inout JSONReader) throws -> Void) throws {
        try enter(UInt8(ascii: "["))
        if try leave(UInt8(ascii: "]")) { return }
        while true {
            skipSpace()
            try element(&self)
            skipSpace()
            if try leave(UInt8(ascii: "]")) { return }
            try expect(UInt8(ascii: ","))
        }
    }

    /// Whether the value is `null`, which is read if so.
    @inlinable
    public mutating func readNull() throws -> Bool {
        guard position < end, position.pointee == UInt8(ascii: "n") else { return false }
        try literal("null")
        return true
    }

    /// Checks that nothing but space is left behind the value that has been read.
    /// - Throws: ``StreamError`` with code `malformedInput`.
    @inlinable
    public mutating func finish() throws {
        skipSpace()
        if position < end { throw failure("there is something after the value") }
    }

    // MARK: - Pieces

    @inlinable @inline(__always)
    mutating func skipSpace() {
        while position < end, position.pointee <= 0x20 {
            switch position.pointee {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    @inlinable @inline(__always)
    mutating func expect(_ byte: UInt8) throws {
        guard position < end, position.pointee == byte else { throw unexpected(byte) }
        position += 1
    }

    @inlinable @inline(__always)
    mutating func enter(_ bracket: UInt8) throws {
        skipSpace()
        try expect(bracket)
        depth += 1
        if depth > 128 { throw failure("nesting is deeper than 128") }
        skipSpace()
    }

    @inlinable @inline(__always)
    mutating func leave(_ bracket: UInt8) throws -> Bool {
        guard position < end else { throw failure("the value ends too early") }
        if position.pointee != bracket { return false }
        position += 1
        depth -= 1
        return true
    }

    /// The text of the string here, without escapes.
    @inlinable @inline(__always)
    mutating func name() throws -> ByteText {
        let first = position + 1
        guard position < end, position.pointee == UInt8(ascii: "\"") else {
            throw unexpected(UInt8(ascii: "\""))
        }
        hasEscape = false
        try skipString()
        if hasEscape { return try unescapedName(from: first) }
        return ByteText(start: first, count: first.distance(to: position) - 1)
    }

    /// Reads what is left of the object that a record has not read to its end.
    @inlinable
    mutating func finishRecord() throws {
        if isAtStart || depth > 0 { try finishObject() }
        try finish()
    }

    @inlinable
    mutating func finishObject() throws {
        while try nextField() != nil { try skip() }
    }

    // MARK: - Errors

    @usableFromInline @inline(never)
    func failure(_ message: String) -> StreamError {
        let column = start.distance(to: position) + 1
        let field = fieldName.count > 0 ? ", field '\(fieldName.string)'" : ""
        return StreamError(.malformedInput, message, place: "column \(column)\(field)")
    }

    @usableFromInline @inline(never)
    func unexpected(_ byte: UInt8) -> StreamError {
        let wanted = Unicode.Scalar(byte)
        guard position < end else {
            return failure("'\(wanted)' is missing: the value ends too early")
        }
        return failure("'\(wanted)' was expected, not '\(Unicode.Scalar(position.pointee))'")
    }
}
