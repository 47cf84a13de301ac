import Millrace

/// A decimal number as it is written, with or without fraction and exponent, and nothing rounded.
struct DecimalNumber {
    private let isNegative: Bool
    /// From the first that is not 0 on.
    private let digits: [UInt8]
    /// By which power of ten the digits are to be multiplied.
    private let exponent: Int

    /// Beyond, a number is either 0 or out of every range.
    private static let exponentLimit = 100_000

    /// Reads `-12.50e3`; `nil` if the text is no such number.
    init?(_ text: String) {
        var rest = text.utf8[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        let whole = rest.prefix { $0.isDigit }
        rest = rest[whole.endIndex...]
        guard !whole.isEmpty else { return nil }
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix { $0.isDigit }
            rest = rest[fraction.endIndex...]
            guard !fraction.isEmpty else { return nil }
        }
        var power = 0
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest.removeFirst()
            let isSmall = rest.first == UInt8(ascii: "-")
            if isSmall || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            guard !rest.isEmpty, rest.allSatisfy({ $0.isDigit }) else { return nil }
            power = rest.reduce(0) { min(Self.exponentLimit, $0 * 10 + Int($1.digit)) }
            if isSmall { power = -power }
        } else if !rest.isEmpty {
            return nil
        }
        digits = Array((Array(whole) + fraction).map(\.digit).drop { $0 == 0 })
        exponent = power - fraction.count
    }

    /// The whole number of its `places`-th decimal places: 12.5 is 1250 of the second.
    struct Scaled {
        /// Rounded towards zero; `nil` if it is out of range.
        var value: Int64?
        /// Whether nothing was cut off.
        var isExact: Bool
    }

    func scaled(places: Int) -> Scaled {
        let shift = exponent + places
        let kept = shift < 0 ? digits.dropLast(-shift) : digits[...]
        let isExact = digits[kept.endIndex...].allSatisfy { $0 == 0 }
        if kept.isEmpty { return Scaled(value: 0, isExact: isExact) }
        // A number of more digits has no place in 64 bits.
        guard kept.count + max(0, shift) <= 19 else { return Scaled(value: nil, isExact: isExact) }
        var value: Int64 = 0
        var overflows = false
        for digit in kept + Array(repeating: 0, count: max(0, shift)) {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(Int64(digit))
            overflows = overflows || isTooLarge || isStillTooLarge
            value = sum
        }
        return Scaled(value: overflows ? nil : isNegative ? -value : value, isExact: isExact)
    }
}

extension DecimalNumber {
    /// The text as a time in milliseconds since 1970, rounded towards zero.
    /// - Parameter readsSeconds: Whether a number below 100,000,000,000 is seconds: as milliseconds it would be
    ///   before March 1973.
    /// - Throws: ``StreamError`` with code `malformedInput` that says what is wrong.
    static func time(_ text: String, readsSeconds: Bool) throws -> Timestamp {
        guard let number = DecimalNumber(text) else { throw refusal("'\(text)' is not a number") }
        guard let whole = number.scaled(places: 0).value, whole.magnitude < 1 << 62 else {
            throw refusal("'\(text)' is out of the range of times")
        }
        if readsSeconds, whole.magnitude < 100_000_000_000 {
            return Timestamp(millis: number.scaled(places: 3).value ?? 0)
        }
        return Timestamp(millis: whole)
    }

    /// The text as an amount of money. More than three decimal places are refused, not rounded.
    /// - Throws: ``StreamError`` with code `malformedInput` that says what is wrong.
    static func price(_ text: String) throws -> Money {
        guard let number = DecimalNumber(text) else { throw refusal("'\(text)' is not a number") }
        let scaled = number.scaled(places: 3)
        guard scaled.isExact else {
            throw refusal("'\(text)' has more than 3 decimal places")
        }
        // What is beyond 64 bits is beyond every limit of prices as well.
        return Money(thousandths: scaled.value ?? (number.isNegative ? .min : .max))
    }

    /// The text as a whole number, however it is written: `2`, `2.0`, `2e0`.
    /// - Throws: ``StreamError`` with code `malformedInput` that says what is wrong.
    static func whole(_ text: String) throws -> Int {
        guard let number = DecimalNumber(text) else { throw refusal("'\(text)' is not a number") }
        let scaled = number.scaled(places: 0)
        guard scaled.isExact else { throw refusal("'\(text)' is not a whole number") }
        // What is beyond 64 bits is beyond every limit of quantities as well.
        return Int(clamping: scaled.value ?? (number.isNegative ? .min : .max))
    }

    private static func refusal(_ problem: String) -> StreamError {
        StreamError(.malformedInput, problem)
    }
}

extension JSONReader {
    /// Reads a price: a number with up to three decimal places.
    mutating func price() throws -> Money {
        let before = self
        if let thousandths = try? decimal(scale: 3) { return Money(thousandths: thousandths) }
        self = before
        return try DecimalNumber.price(try numberText().string)
    }
}

extension JSONReader {
    /// Reads a whole number, or a string that holds one.
    mutating func quantity() throws -> Int {
        let before = self
        if let number = try? looseInteger(Int.self) { return number }
        self = before
        return try DecimalNumber.whole(try text())
    }
}

extension CSVRow {
    /// The cell of a column as a whole number.
    borrowing func quantity(_ column: Int) throws -> Int {
        if let number = try? integer(column, as: Int.self) { return number }
        return try DecimalNumber.whole(string(column))
    }

    /// The cell of a column as a price; see ``JSONReader/price()``.
    borrowing func price(_ column: Int) throws -> Money {
        if let thousandths = try? decimal(column, scale: 3) {
            return Money(thousandths: thousandths)
        }
        return try DecimalNumber.price(string(column))
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var digit: UInt8 { self - UInt8(ascii: "0") }
}
