import Millrace

/// A number of values by consecutive whole numbers, such as minutes: the newest ones. Order does not matter,
/// as long as values are not older than the ring is long.
struct MinuteRing<Value: BitwiseCopyable & Sendable>: Sendable, StateCodable {
    private(set) var newest: Int64?
    private var values: [Value]
    private let zero: Value

    init(_ zero: Value, count: Int) {
        self.zero = zero
        values = Array(repeating: zero, count: count)
    }

    /// The value of a number; zero if it has none, or no longer.
    subscript(_ number: Int64) -> Value {
        guard let newest, number <= newest, newest - number < values.count else { return zero }
        return values[place(of: number)]
    }

    /// Changes the value of a number. Nothing happens if it is too old.
    /// - Complexity: O(1) on average.
    mutating func update(_ number: Int64, _ change: (inout Value) -> Void) {
        let before = newest ?? number
        if number > before || newest == nil {
            let first = max(before + 1, number - Int64(values.count) + 1)
            if first <= number {
                for skipped in first...number { values[place(of: skipped)] = zero }
            }
            newest = number
        } else if before - number >= values.count {
            return
        }
        change(&values[place(of: number)])
    }

    private func place(of number: Int64) -> Int {
        let remainder = Int(number % Int64(values.count))
        return remainder < 0 ? remainder + values.count : remainder
    }

    func encode(to writer: inout StateWriter) throws {
        try writer.write(value: newest)
        try writer.write(value: values)
        try writer.write(value: zero)
    }

    init(from reader: inout StateReader) throws {
        newest = try reader.read(value: Int64?.self)
        values = try reader.read(value: [Value].self)
        zero = try reader.read(value: Value.self)
    }
}

extension Timestamp {
    /// Which second, minute or hour since 1970 it is in.
    var second: Int64 { floored(by: 1000) }
    var minute: Int64 { floored(by: 60_000) }
    var hour: Int64 { floored(by: 3_600_000) }

    init(minute: Int64) { self.init(millis: minute * 60_000) }
    init(hour: Int64) { self.init(millis: hour * 3_600_000) }

    private func floored(by size: Int64) -> Int64 {
        let quotient = millis / size
        return quotient * size > millis ? quotient - 1 : quotient
    }
}
