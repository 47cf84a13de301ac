/// What a stream can be keyed by: a hashable value with a hash that never changes.
///
/// `Hashable`'s own hash is seeded anew in every process. A key's ``stableHash`` is the same in every
/// process and every release, because it decides which partition owns the key and is written to
/// checkpoints. Equal keys must have equal stable hashes.
///
/// The high bits select the key group, the segment and the slot, in this order, so they must be
/// well mixed; the low bits need not be. Compose the hash of a structure with ``combining(_:)``:
///
/// ```swift
/// struct Page: StreamKey {
///     var site: Int
///     var path: String
///     var stableHash: UInt64 { site.stableHash.combining(path.stableHash) }
/// }
/// ```
/// A key of two parts needs no structure of its own: ``KeyPair``.
public protocol StreamKey: Hashable, Sendable {
    /// The 64-bit hash of the value, the same in every process and release.
    var stableHash: UInt64 { get }
}

extension UInt64 {
    /// This stable hash mixed with that of a further part. The order of the parts matters.
    ///
    /// The multiply-and-fold step is that of wyhash (Wang Yi, public domain).
    @inlinable @inline(__always)
    public func combining(_ part: UInt64) -> UInt64 {
        let product = (self ^ 0xE703_7ED1_A0B4_28DB)
            .multipliedFullWidth(by: part ^ 0x8EBC_6AF0_9C88_C6E3)
        return (product.high ^ product.low) &* fibonacciMultiplier
    }
}

/// 2^64 divided by the golden ratio: multiplying by it spreads any arithmetic progression of integers
/// over the high bits (Knuth, The Art of Computer Programming 3, 6.4).
@inlinable @inline(__always)
var fibonacciMultiplier: UInt64 { 0x9E37_79B9_7F4A_7C15 }

extension FixedWidthInteger {
    /// Fibonacci hashing of the value: one multiplication, a bijection on 64 bits.
    @inlinable @inline(__always)
    public var stableHash: UInt64 { UInt64(truncatingIfNeeded: self) &* fibonacciMultiplier }
}

extension Int: StreamKey {}
extension Int64: StreamKey {}
extension Int32: StreamKey {}
extension Int16: StreamKey {}
extension Int8: StreamKey {}
extension UInt: StreamKey {}
extension UInt64: StreamKey {}
extension UInt32: StreamKey {}
extension UInt16: StreamKey {}
extension UInt8: StreamKey {}

extension Bool: StreamKey {
    @inlinable
    public var stableHash: UInt64 { (self ? 1 : 0) &* fibonacciMultiplier }
}

extension Timestamp: StreamKey {
    @inlinable
    public var stableHash: UInt64 { millis.stableHash }
}

extension String: StreamKey {
    /// A hash of the UTF-8 bytes, eight at a time.
    ///
    /// A stream is keyed by bytes: the same text in two normal forms (`é` as one scalar or as two) is
    /// two keys, as in a log or a database. Normalise before keying where that matters.
    @inlinable
    public var stableHash: UInt64 {
        var text = self
        return text.withUTF8 { Millrace.stableHash(of: $0) }
    }
}

extension Optional: StreamKey where Wrapped: StreamKey {
    @inlinable
    public var stableHash: UInt64 {
        switch self {
        case .none: UInt64(1).stableHash
        case .some(let value): value.stableHash.combining(2)
        }
    }
}

/// The stable hash of a run of bytes, eight at a time; the last eight may overlap those before them.
@inlinable
func stableHash(of bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    let count = raw.count
    let hash = UInt64(truncatingIfNeeded: count)
    if count < 8 { return hash.combining(shortWord(of: raw)) }
    var mixed = hash
    var index = 0
    while index &+ 8 < count {
        mixed = mixed.combining(word(of: raw, at: index))
        index &+= 8
    }
    return mixed.combining(word(of: raw, at: count &- 8))
}

/// Eight bytes, the first the least significant.
@inlinable @inline(__always)
func word(of raw: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
    UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
}

/// All of up to seven bytes; those of four and more overlap.
@inlinable @inline(__always)
func shortWord(of raw: UnsafeRawBufferPointer) -> UInt64 {
    let count = raw.count
    if count >= 4 {
        let first = UInt32(littleEndian: raw.loadUnaligned(as: UInt32.self))
        let last = UInt32(
            littleEndian: raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
        return UInt64(first) | UInt64(last) &<< 32
    }
    if count == 0 { return 0 }
    return UInt64(raw[0]) | UInt64(raw[count / 2]) &<< 8 | UInt64(raw[count &- 1]) &<< 16
}
