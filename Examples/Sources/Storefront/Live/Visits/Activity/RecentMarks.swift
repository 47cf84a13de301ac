/// In which of the last 64 minutes, or hours, something happened.
struct RecentMarks: Sendable, BitwiseCopyable {
    private var newest: Int64 = .min
    /// The lowest bit is the newest number.
    private var bits: UInt64 = 0

    /// A new mark, and the marks next to it.
    struct Mark {
        var number: Int64
        var previous: Int64?
        var next: Int64?

        /// The windows of `size` numbers, named by their last one, that have a mark only now.
        func windows(of size: Int64) -> ClosedRange<Int64>? {
            let first = previous.map { max(number, $0 + size) } ?? number
            let last = next.map { min(number + size - 1, $0 - 1) } ?? number + size - 1
            return first <= last ? first...last : nil
        }
    }

    /// Marks a number.
    /// - Returns: `nil` if it is marked already, or 64 or more behind the newest.
    mutating func mark(_ number: Int64) -> Mark? {
        if number > newest {
            let distance = bits == 0 ? 64 : number - newest
            bits = distance < 64 ? bits << UInt64(distance) : 0
            newest = number
        }
        let age = newest - number
        guard age < 64, bits & (1 << UInt64(age)) == 0 else { return nil }
        let older = age == 63 ? 0 : bits >> UInt64(age + 1)
        let newer = bits & ((1 << UInt64(age)) - 1)
        bits |= 1 << UInt64(age)
        return Mark(
            number: number,
            previous: older == 0 ? nil : number - 1 - Int64(older.trailingZeroBitCount),
            next: newer == 0 ? nil : newest - 63 + Int64(newer.leadingZeroBitCount))
    }
}
