/// Two keys as one: what belongs to the same `first` and the same `second` has the same key.
///
/// A stream is often keyed by two things at once, and a tuple cannot be a key. A pair saves the structure
/// with a hash and a codec of its own:
///
/// ```swift
/// events.keyed(by: { KeyPair($0.user, $0.product) })
/// ```
/// The order of the parts matters: `KeyPair(1, 2)` and `KeyPair(2, 1)` are two keys. A part may be a pair
/// itself, or optional. State and timers of pairs are stored by the codecs of the parts, so a part needs no
/// more than what a key of its own needs.
@frozen
public struct KeyPair<First: StreamKey, Second: StreamKey>: StreamKey {
    public var first: First
    public var second: Second

    @inlinable
    public init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    @inlinable
    public var stableHash: UInt64 { first.stableHash.combining(second.stableHash) }

    // Written out, because those that the compiler writes are not inlined into other modules.
    @inlinable
    public static func == (a: KeyPair, b: KeyPair) -> Bool {
        a.first == b.first && a.second == b.second
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(first)
        hasher.combine(second)
    }
}

extension KeyPair: BitwiseCopyable where First: BitwiseCopyable, Second: BitwiseCopyable {}
extension KeyPair: Encodable where First: Encodable, Second: Encodable {}
extension KeyPair: Decodable where First: Decodable, Second: Decodable {}

/// By the first part, then by the second.
extension KeyPair: Comparable where First: Comparable, Second: Comparable {
    @inlinable
    public static func < (a: KeyPair, b: KeyPair) -> Bool {
        a.first == b.first ? a.second < b.second : a.first < b.first
    }
}
