extension JSONReader {
    /// Skips the value here, whatever it is; it must be valid JSON all the same.
    @inlinable
    public mutating func skip() throws {
        guard position < end else { throw failure("a value is missing") }
        switch position.pointee {
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber()
        default: try skipOther()
        }
    }

    /// Skips the value here and gives its text as it was written.
    @inlinable
    public mutating func skippedText() throws -> ByteText {
        let first = position
        try skip()
        return ByteText(start: first, count: first.distance(to: position))
    }

    @usableFromInline @inline(never)
    mutating func skipOther() throws {
        switch position.pointee {
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        case UInt8(ascii: "["):
            try array { try $0.skip() }
        case UInt8(ascii: "{"):
            let outer = fieldName
            isAtStart = true
            try finishObject()
            isAtStart = false
            fieldName = outer
        default: throw failure("a value was expected")
        }
    }

    @usableFromInline
    mutating func literal(_ text: StaticString) throws {
        let count = text.utf8CodeUnitCount
        guard position.distance(to: end) >= count,
            ByteText(start: position, count: count) == text
        else { throw failure("'\(text)' was expected") }
        position += count
    }

    /// Moves behind the string that begins here.
    @inlinable @inline(__always)
    mutating func skipString() throws {
        position += 1
        if !isPlain { return try skipUnusualString() }
        while position + 8 <= end {
            let word = position.word
            let marks = word.marks(of: UInt8(ascii: "\"")) | word.marks(of: UInt8(ascii: "\\"))
            if marks != 0 {
                position += marks.trailingZeroBitCount / 8
                if position.pointee == UInt8(ascii: "\"") {
                    position += 1
                    return
                }
                return try skipUnusualString()
            }
            position += 8
        }
        try skipUnusualString()
    }

    /// Moves behind a string with escapes, or with bytes beyond plain ASCII, checking all of it.
    @usableFromInline @inline(never)
    mutating func skipUnusualString() throws {
        while position < end {
            let byte = position.pointee
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): _ = try escape()
            case 0..<0x20: throw failure("a control character in a string must be escaped")
            case 0x80...: try skipScalar()
            default: position += 1
            }
        }
        throw failure("the string does not end")
    }

    /// Moves over one scalar of two to four bytes.
    private mutating func skipScalar() throws {
        let available = Swift.min(4, position.distance(to: end))
        var codec = UTF8()
        var bytes = UnsafeBufferPointer(start: position, count: available).makeIterator()
        guard case .scalarValue(let scalar) = codec.decode(&bytes) else {
            throw failure("the text is not valid UTF-8")
        }
        position += UTF8.width(scalar)
    }

    /// Reads the escape that begins here: the scalar that it stands for.
    mutating func escape() throws -> Unicode.Scalar {
        hasEscape = true
        position += 1
        guard position < end else { throw failure("the string does not end") }
        let byte = position.pointee
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default:
            position -= 1
            throw failure("there is no escape '\\\(Unicode.Scalar(byte))'")
        }
    }

    private mutating func unicodeEscape() throws -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, position.distance(to: end) >= 2,
            position.pointee == UInt8(ascii: "\\"), position[1] == UInt8(ascii: "u")
        else { throw failure("half of a surrogate pair is missing") }
        position += 2
        let second = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw failure("half of a surrogate pair is missing") }
        return scalar
    }

    private mutating func fourHexDigits() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < end,
                let digit = Character(Unicode.Scalar(position.pointee)).hexDigitValue
            else { throw failure("four hexadecimal digits were expected") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// Moves behind the number that begins here.
    @inlinable
    mutating func skipNumber() throws {
        if position.pointee == UInt8(ascii: "-") { position += 1 }
        guard position < end, isDigit(position.pointee) else { throw failure("a digit is missing") }
        if position.pointee == UInt8(ascii: "0") {
            position += 1
            if position < end, isDigit(position.pointee) {
                throw failure("a number must not begin with 0")
            }
        } else {
            skipDigits()
        }
        if position < end, position.pointee == UInt8(ascii: ".") {
            position += 1
            guard position < end, isDigit(position.pointee) else {
                throw failure("a digit is missing after the point")
            }
            skipDigits()
        }
        guard position < end, position.pointee | 0x20 == UInt8(ascii: "e") else { return }
        position += 1
        if position < end,
            position.pointee == UInt8(ascii: "+") || position.pointee == UInt8(ascii: "-")
        {
            position += 1
        }
        guard position < end, isDigit(position.pointee) else {
            throw failure("a digit is missing in the exponent")
        }
        skipDigits()
    }

    @inlinable @inline(__always)
    mutating func skipDigits() { while position < end, isDigit(position.pointee) { position += 1 } }

    @inlinable @inline(__always)
    func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
