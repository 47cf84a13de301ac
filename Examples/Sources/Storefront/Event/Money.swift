/// An amount of money, exact to a thousandth of the currency's unit.
public struct Money: Sendable, Hashable, Comparable, Codable, BitwiseCopyable {
    public var thousandths: Int64

    public init(thousandths: Int64) { self.thousandths = thousandths }

    public static var zero: Money { Money(thousandths: 0) }

    public static func < (a: Money, b: Money) -> Bool { a.thousandths < b.thousandths }

    /// Adds an amount, held at the ends of the range.
    public static func += (sum: inout Money, amount: Money) {
        let (total, overflow) = sum.thousandths.addingReportingOverflow(amount.thousandths)
        sum.thousandths = overflow ? (amount < .zero ? .min : .max) : total
    }

    /// This amount `count` times, held at the ends of the range.
    public func times(_ count: Int) -> Money {
        let (product, overflow) = thousandths.multipliedReportingOverflow(by: Int64(count))
        guard overflow else { return Money(thousandths: product) }
        return Money(thousandths: (thousandths < 0) == (count < 0) ? .max : .min)
    }
}
