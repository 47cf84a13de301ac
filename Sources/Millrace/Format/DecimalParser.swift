/// Reads a decimal number byte by byte into a whole number of its last decimal places, exactly: a minus
/// sign or none, digits, and a point with digits or none. There is no exponent.
@usableFromInline
struct DecimalParser {
    @usableFromInline let scale: Int
    /// The number below zero, because there the range is wider.
    @usableFromInline var negated: Int64 = 0
    @usableFromInline var digits = 0
    @usableFromInline var places = -1
    @usableFromInline var isNegative = false
    @usableFromInline var isValid = true
    @usableFromInline var endsInPoint = false

    @inlinable
    init(scale: Int) {
        precondition(scale >= 0, "a number of decimal places is not negative")
        self.scale = scale
    }

    /// Takes a byte if it can be part of the number.
    @inlinable @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        let digit = byte &- UInt8(ascii: "0")
        if digit < 10 {
            endsInPoint = false
            if places >= scale {
                isValid = isValid && digit == 0
                return true
            }
            let (scaled, overflow) = negated.multipliedReportingOverflow(by: 10)
            let (difference, borrow) = scaled.subtractingReportingOverflow(Int64(digit))
            isValid = isValid && !overflow && !borrow
            negated = difference
            digits &+= 1
            if places >= 0 { places &+= 1 }
            return true
        }
        if byte == UInt8(ascii: "."), places < 0, digits > 0 {
            places = 0
            endsInPoint = true
            return true
        }
        if byte == UInt8(ascii: "-"), digits == 0, !isNegative, places < 0 {
            isNegative = true
            return true
        }
        return false
    }

    /// The number in units of its last place; `nil` if it is none, or does not fit.
    @inlinable
    var value: Int64? {
        guard isValid, digits > 0, !endsInPoint else { return nil }
        var value = negated
        for _ in Swift.max(0, places)..<Swift.max(scale, places) {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = scaled
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }
}
