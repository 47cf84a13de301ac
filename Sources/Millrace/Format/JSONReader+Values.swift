extension JSONReader {
    /// Reads an integer. A fraction, an exponent or a value out of range is refused.
    @inlinable @inline(__always)
    public mutating func integer<Value: FixedWidthInteger>(
        _ type: Value.Type = Value.self
    ) throws -> Value {
        let first = position
        // Up to 18 digits cannot overflow; the rest goes the careful way.
        var value: Int64 = 0
        while position < end, isDigit(position.pointee), first.distance(to: position) < 18 {
            value = value &* 10 &+ Int64(position.pointee &- UInt8(ascii: "0"))
            position += 1
        }
        let count = first.distance(to: position)
        if count > 0, count < 18, first.pointee != UInt8(ascii: "0") || count == 1,
            position == end || !continuesNumber(position.pointee),
            let exact = Value(exactly: value)
        {
            return exact
        }
        position = first
        return try carefulInteger()
    }

    @inlinable @inline(__always)
    func continuesNumber(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
    }

    @inlinable @inline(never)
    mutating func carefulInteger<Value: FixedWidthInteger>() throws -> Value {
        let text = try numberText()
        guard let value = Value(text.string) else {
            throw failure(
                "'\(text.string)' is not a whole number from \(Value.min) to \(Value.max)")
        }
        return value
    }

    /// Reads a number and returns its text: for integers beyond 64 bits, and decimals that must not be
    /// rounded.
    @inlinable
    public mutating func numberText() throws -> ByteText {
        let first = position
        guard position < end, isDigit(position.pointee) || position.pointee == UInt8(ascii: "-")
        else { throw failure("a number was expected") }
        try skipNumber()
        return ByteText(start: first, count: first.distance(to: position))
    }

    /// Reads a number as the nearest floating-point value.
    @inlinable
    public mutating func double() throws -> Double {
        let text = try numberText()
        guard let value = Double(text.string), value.isFinite else {
            throw failure("'\(text.string)' is out of the range of a floating-point number")
        }
        return value
    }

    /// Reads a decimal number as a whole number of its `scale`-th decimal places: `12.5` at scale 2 is
    /// 1250. More places than that are refused rather than rounded, unless they are zeros; so are exponents.
    @inlinable
    public mutating func decimal(scale: Int) throws -> Int64 {
        let first = position
        var parsed = DecimalParser(scale: scale)
        while position < end, parsed.take(position.pointee) { position += 1 }
        if position == end || !continuesNumber(position.pointee), let value = parsed.value,
            !hasLeadingZero(first)
        {
            return value
        }
        position = first
        let text = try numberText()
        throw failure("'\(text.string)' is not a decimal number with up to \(scale) places")
    }

    /// Whether the number that begins at `first` and has been read has a zero that JSON does not allow.
    @inlinable @inline(__always)
    func hasLeadingZero(_ first: UnsafePointer<UInt8>) -> Bool {
        let digit = first.pointee == UInt8(ascii: "-") ? first + 1 : first
        return digit.pointee == UInt8(ascii: "0") && digit + 1 < position && isDigit(digit[1])
    }

    /// Reads `true` or `false`.
    @inlinable
    public mutating func bool() throws -> Bool {
        guard position < end else { throw failure("a value is missing") }
        if position.pointee == UInt8(ascii: "t") {
            try literal("true")
            return true
        }
        try literal("false")
        return false
    }

    /// Reads a string.
    @inlinable
    public mutating func string() throws -> String {
        let text = try rawString()
        if let plain = text { return plain.string }
        return try unescapedString()
    }

    /// Reads a string, or a number as its text: for identifiers that are written either way.
    @inlinable
    public mutating func text() throws -> String {
        if position < end, position.pointee == UInt8(ascii: "\"") { return try string() }
        guard position < end, isDigit(position.pointee) || position.pointee == UInt8(ascii: "-")
        else { throw failure("a string or a number was expected") }
        return try numberText().string
    }

    /// Reads an integer, or a string that holds one: for identifiers that are written either way.
    @inlinable
    public mutating func looseInteger<Value: FixedWidthInteger>(
        _ type: Value.Type = Value.self
    ) throws -> Value {
        guard position < end, position.pointee == UInt8(ascii: "\"") else { return try integer() }
        let text = try string()
        guard let value = Value(text) else { throw failure("'\(text)' is not a whole number") }
        return value
    }

    /// Reads a string without escapes and gives its bytes; leaves one with escapes unread and gives `nil`.
    @inlinable
    public mutating func rawString() throws -> ByteText? {
        guard position < end, position.pointee == UInt8(ascii: "\"") else {
            throw failure("a string was expected")
        }
        let first = position
        try skipString()
        let text = ByteText(start: first + 1, count: first.distance(to: position) - 2)
        for index in 0..<text.count where text[index] == UInt8(ascii: "\\") {
            position = first
            return nil
        }
        return text
    }

    @usableFromInline @inline(never)
    mutating func unescapedString() throws -> String {
        position += 1
        var text = ""
        while position < end, position.pointee != UInt8(ascii: "\"") {
            if position.pointee == UInt8(ascii: "\\") {
                text.unicodeScalars.append(try escape())
                continue
            }
            let first = position
            while position < end, position.pointee != UInt8(ascii: "\""),
                position.pointee != UInt8(ascii: "\\")
            { position += 1 }
            text += ByteText(start: first, count: first.distance(to: position)).string
        }
        position += 1
        return text
    }

    /// Reads a time: milliseconds since 1970 as a whole number, or an ISO 8601 date and time as a string.
    ///
    /// A time without a zone is taken as UTC. Fractions finer than a millisecond are cut off.
    @inlinable
    public mutating func timestamp() throws -> Timestamp {
        guard position < end, position.pointee == UInt8(ascii: "\"") else {
            return Timestamp(millis: try integer())
        }
        let first = position
        guard let text = try rawString(), let time = Timestamp(iso8601: text) else {
            position = first
            throw failure("the string is not an ISO 8601 date and time")
        }
        return time
    }

    /// Reads a time in seconds since 1970, with or without a fraction, exactly, and rounds it down to whole
    /// milliseconds. With an exponent it is read as a floating-point number.
    @inlinable
    public mutating func timestampInSeconds() throws -> Timestamp {
        let first = position
        let text = try numberText()
        if let millis = text.millisOfSeconds { return Timestamp(millis: millis) }
        position = first
        let millis = try double() * 1000
        guard millis.magnitude < 0x1p62 else { throw failure("the time is out of range") }
        return Timestamp(millis: Int64(millis.rounded(.down)))
    }
}
