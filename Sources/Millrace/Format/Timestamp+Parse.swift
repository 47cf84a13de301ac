extension Timestamp {
    /// The time that `YYYY-MM-DDThh:mm[:ss[.fraction]][Z|±hh[:mm]]` stands for; `nil` for anything else.
    ///
    /// The `T` may be a space; a time without a zone is UTC. A fraction finer than a millisecond is cut
    /// off. A leap second, 60, is the first of the next minute.
    public init?(iso8601 text: String) {
        var text = text
        let parsed = text.withUTF8 { bytes -> Timestamp? in
            guard let start = bytes.baseAddress else { return nil }
            return Timestamp(iso8601: ByteText(start: start, count: bytes.count))
        }
        guard let parsed else { return nil }
        self = parsed
    }

    @inlinable
    init?(iso8601 text: ByteText) {
        var reader = FixedDigits(text: text)
        guard let year = reader.number(4), reader.skip(UInt8(ascii: "-")),
            let month = reader.number(2), reader.skip(UInt8(ascii: "-")),
            let day = reader.number(2), reader.skip(UInt8(ascii: "T"), or: UInt8(ascii: " ")),
            let hour = reader.number(2), reader.skip(UInt8(ascii: ":")),
            let minute = reader.number(2),
            (1...12).contains(month), day >= 1,
            day <= 28 || day <= Timestamp.dayCount(ofMonth: month, year: year), hour < 24,
            minute < 60
        else { return nil }
        var second: Int64 = 0
        var millis: Int64 = 0
        if reader.skip(UInt8(ascii: ":")) {
            guard let value = reader.number(2), value < 61 else { return nil }
            second = value
            if reader.skip(UInt8(ascii: "."), or: UInt8(ascii: ",")) {
                guard let fraction = reader.fractionMillis() else { return nil }
                millis = fraction
            }
        }
        guard let zone = reader.zoneMinutes(), reader.isAtEnd else { return nil }
        let days = Timestamp.day(year: year, month: month, day: day)
        let minutes = (days * 24 + hour) * 60 + minute - zone
        self.init(millis: (minutes * 60 + second) * 1000 + millis)
    }
}

extension Timestamp {
    /// How many days a month of the Gregorian calendar has.
    @inlinable
    static func dayCount(ofMonth month: Int64, year: Int64) -> Int64 {
        let next: (year: Int64, month: Int64) = month == 12 ? (year + 1, 1) : (year, month + 1)
        return day(year: next.year, month: next.month, day: 1)
            - day(year: year, month: month, day: 1)
    }
}

/// Reads numbers of a fixed width.
@usableFromInline
struct FixedDigits {
    @usableFromInline let text: ByteText
    @usableFromInline var index = 0

    @inlinable
    init(text: ByteText) { self.text = text }

    @inlinable
    var isAtEnd: Bool { index == text.count }

    @inlinable @inline(__always)
    mutating func number(_ width: Int) -> Int64? {
        guard index + width <= text.count else { return nil }
        var value: Int64 = 0
        for _ in 0..<width {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
            index += 1
        }
        return value
    }

    @inlinable @inline(__always)
    mutating func skip(_ byte: UInt8, or other: UInt8? = nil) -> Bool {
        guard index < text.count, text[index] == byte || text[index] == other else { return false }
        index += 1
        return true
    }

    /// Any number of digits behind a decimal point, as milliseconds.
    @inlinable
    mutating func fractionMillis() -> Int64? {
        var millis: Int64 = 0
        var unit: Int64 = 100
        let first = index
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            millis += Int64(digit) * unit
            unit /= 10
            index += 1
        }
        return index > first ? millis : nil
    }

    /// The minutes by which the zone is ahead of UTC; 0 where none is given.
    @inlinable
    mutating func zoneMinutes() -> Int64? {
        if isAtEnd || skip(UInt8(ascii: "Z"), or: UInt8(ascii: "z")) { return 0 }
        let isBehind = skip(UInt8(ascii: "-"))
        guard isBehind || skip(UInt8(ascii: "+")), let hours = number(2) else { return nil }
        let hasMinutes = skip(UInt8(ascii: ":")) || !isAtEnd
        let minutes = hasMinutes ? number(2) : 0
        guard let minutes, hours < 24, minutes < 60 else { return nil }
        return (isBehind ? -1 : 1) * (hours * 60 + minutes)
    }
}
