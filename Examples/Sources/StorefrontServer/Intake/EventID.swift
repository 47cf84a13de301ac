import Synchronization

/// Ids for events that come without.
enum EventID {
    /// Two processes share one with a chance of 2⁻⁶⁴ per pair.
    private static let process = String(UInt64.random(in: .min ... .max), radix: 36)
    private static let count = Atomic<UInt64>(0)

    /// An id that has not been given before.
    static func next() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(process)-\(String(number, radix: 36))"
    }
}
