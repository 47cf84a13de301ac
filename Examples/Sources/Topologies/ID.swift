public import Millrace

/// An identifier: numbers are ordered by value and come before other text, which is ordered by bytes.
///
/// A whole number that fits in 64 bits and is written as usual is kept as that number, so that the ids of
/// most shops are copied, compared and hashed like integers. Any other text is no number: `007` is not `7`.
public struct ID: StreamKey, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The number, or the hash of the text.
    @usableFromInline let code: UInt64
    /// What is no number.
    @usableFromInline let text: Text?

    @usableFromInline
    final class Text: Sendable {
        @usableFromInline let string: String

        init(_ string: String) { self.string = string }
    }

    public init(_ string: String) {
        if let number = Self.number(string) {
            code = UInt64(bitPattern: number)
            text = nil
        } else {
            code = string.stableHash
            text = Text(string)
        }
    }

    /// The number that a text is, if it is written as usual: no plus, no zeros in front.
    private static func number(_ string: String) -> Int64? {
        var string = string
        return string.withUTF8 { text in
            let isNegative = text.first == UInt8(ascii: "-")
            let digits = text.dropFirst(isNegative ? 1 : 0)
            guard let first = digits.first, first != UInt8(ascii: "0") || text.count == 1 else {
                return nil
            }
            var number: Int64 = 0
            for byte in digits {
                let digit = Int64(byte) - Int64(UInt8(ascii: "0"))
                guard 0...9 ~= digit else { return nil }
                let (tenfold, isTooLarge) = number.multipliedReportingOverflow(by: 10)
                // Downwards, where there is one number more.
                let (next, isOut) = tenfold.subtractingReportingOverflow(digit)
                if isTooLarge || isOut { return nil }
                number = next
            }
            return isNegative ? number : number == .min ? nil : -number
        }
    }

    @inlinable
    public init(_ number: Int64) {
        code = UInt64(bitPattern: number)
        text = nil
    }

    public init(stringLiteral string: String) { self.init(string) }

    /// The number that it is; `nil` for any other text.
    @inlinable
    public var number: Int64? { text == nil ? Int64(bitPattern: code) : nil }

    public var description: String { text?.string ?? String(Int64(bitPattern: code)) }
}

extension ID: Comparable {
    @inlinable
    public static func == (a: ID, b: ID) -> Bool {
        a.code == b.code && (a.text === b.text || haveSameBytes(a, b))
    }

    @inlinable
    public static func < (a: ID, b: ID) -> Bool {
        switch (a.number, b.number) {
        case (let a?, let b?): a < b
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): comesBefore(a, b)
        }
    }

    @inlinable
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }

    /// The hash that sets and dictionaries ask for: two multiplications, where the way through a ``Hasher``, which
    /// is what `Hashable` does by itself, takes several times as long. The recommendations spend much of their
    /// time in dictionaries of ids.
    @inlinable
    public func _rawHashValue(seed: Int) -> Int {
        let mixed = code.combining(UInt64(truncatingIfNeeded: seed))
        // They use the lowest bits, a stable hash is best in its highest.
        return Int(truncatingIfNeeded: mixed ^ mixed >> 32)
    }

    @inlinable
    public var stableHash: UInt64 { code.stableHash }

    @usableFromInline @inline(never)
    static func haveSameBytes(_ a: ID, _ b: ID) -> Bool {
        guard let a = a.text, let b = b.text else { return false }
        return a.string.utf8.elementsEqual(b.string.utf8)
    }

    @usableFromInline @inline(never)
    static func comesBefore(_ a: ID, _ b: ID) -> Bool {
        a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
    }
}

extension ID: StateCodable, Codable {
    /// State of version 1 belongs to other partitions: its ids had the hashes of their texts.
    public static var stateVersion: Int { 2 }

    public func encode(to writer: inout StateWriter) { writer.write(description) }

    public init(from reader: inout StateReader) throws {
        self.init(try reader.read(String.self))
    }

    public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }

    public init(from decoder: any Decoder) throws { self.init(try String(from: decoder)) }
}
