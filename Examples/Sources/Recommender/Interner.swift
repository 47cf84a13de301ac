/// Numbers values in the order of their first appearance, from 0.
///
/// Numbers are never taken back; the memory grows with the different values.
public struct Interner<Value: Hashable & Sendable & Codable>: Sendable, Codable {
    @usableFromInline var numbers: [Value: Int64] = [:]

    /// An interner that has seen nothing.
    @inlinable
    public init() {}

    /// The number of `value`: the same for equal values.
    ///
    /// - Complexity: O(1) expected.
    @inlinable
    public mutating func number(of value: Value) -> Int64 {
        if let known = numbers[value] { return known }
        let next = Int64(numbers.count)
        numbers[value] = next
        return next
    }

    /// The number of `value` if it has one.
    @inlinable
    public func known(_ value: Value) -> Int64? { numbers[value] }
}
