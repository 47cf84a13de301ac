/// Reads a decimal number byte by byte into a whole number of its last decimal places, exactly.
@usableFromInline
struct DecimalParser {
    @usableFromInline let scale: Int
    @usableFromInline var magnitude: Int64 = 0
    @usableFromInline var digits = 0
    @usableFromInline var places = -1
    @usableFromInline var isNegative = false
    @usableFromInline var isValid = true

    @inlinable
    init(scale: Int) { self.scale = scale }

    /// Takes a byte if it can be part of the number.
    @inlinable @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        let digit = byte &- UInt8(ascii: "0")
        if digit < 10 {
            if places >= scale {
                isValid = isValid && digit == 0
                return true
            }
            let (scaled, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(Int64(digit))
            isValid = isValid && !overflow && !carry
            magnitude = sum
            digits &+= 1
            if places >= 0 { places &+= 1 }
            return true
        }
        if byte == UInt8(ascii: "."), places < 0, digits > 0 {
            places = 0
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
        guard isValid, digits > 0 else { return nil }
        var value = magnitude
        for _ in Swift.max(0, places)..<Swift.max(scale, places) {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = scaled
        }
        return isNegative ? -value : value
    }
}
