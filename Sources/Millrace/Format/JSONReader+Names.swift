/// Holds the bytes of names that had escapes in them, for as long as their reader.
@usableFromInline
final class UnescapedNames {
    // Safety: each is allocated by `keep`, written there only, and freed with this object, which lives as
    // long as the reader whose texts point here.
    private var memory: [UnsafeMutableBufferPointer<UInt8>] = []

    func keep(_ name: String) -> ByteText {
        let bytes = Array(name.utf8)
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Swift.max(1, bytes.count))
        _ = copy.initialize(from: bytes)
        memory.append(copy)
        return ByteText(
            start: UnsafePointer(copy.baseAddress.unsafelyUnwrapped), count: bytes.count)
    }

    deinit { for bytes in memory { bytes.deallocate() } }
}

extension JSONReader {
    /// Reads the name that begins at `first`, behind its quote, again: a name with escapes equals the same
    /// name without them.
    @usableFromInline @inline(never)
    mutating func unescapedName(from first: UnsafePointer<UInt8>) throws -> ByteText {
        position = first - 1
        let names = unescapedNames ?? UnescapedNames()
        unescapedNames = names
        return names.keep(try unescapedString())
    }
}
