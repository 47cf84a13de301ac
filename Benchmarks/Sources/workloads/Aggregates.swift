import Millrace

/// Count, sum and maximum of the amount.
struct AmountSummary: Sendable {
    var count: Int64 = 0
    var sum: Int64 = 0
    var max: Int64 = .min
}

/// An aggregate written out as a type: the closures of `.all(.count(), .sum(\.amount), .max(\.amount))`
/// would cost an indirect call each per event.
struct Summarise: Aggregate {
    func makeAccumulator() -> AmountSummary { AmountSummary() }

    @inline(__always)
    func add(
        _ event: borrowing ShopEvent, at timestamp: Timestamp, to summary: inout AmountSummary
    ) {
        summary.count &+= 1
        summary.sum &+= event.amount
        if event.amount > summary.max { summary.max = event.amount }
    }

    func merge(_ other: AmountSummary, into summary: inout AmountSummary) {
        summary.count &+= other.count
        summary.sum &+= other.sum
        summary.max = max(summary.max, other.max)
    }

    func result(of summary: AmountSummary) -> AmountSummary { summary }
}

/// Count and sum of the amount.
struct CountAndSum: Aggregate {
    struct Value: Sendable {
        var count: Int64 = 0
        var sum: Int64 = 0
    }

    func makeAccumulator() -> Value { Value() }

    @inline(__always)
    func add(_ event: borrowing ShopEvent, at timestamp: Timestamp, to value: inout Value) {
        value.count &+= 1
        value.sum &+= event.amount
    }

    @inline(__always)
    func merge(_ other: Value, into value: inout Value) {
        value.count &+= other.count
        value.sum &+= other.sum
    }

    func result(of value: Value) -> Value { value }
}

/// Sum of the amount.
struct TotalAmount: Aggregate {
    func makeAccumulator() -> Int64 { 0 }

    @inline(__always)
    func add(_ event: borrowing ShopEvent, at timestamp: Timestamp, to sum: inout Int64) {
        sum &+= event.amount
    }

    func merge(_ other: Int64, into sum: inout Int64) { sum &+= other }

    func result(of sum: Int64) -> Int64 { sum }
}
