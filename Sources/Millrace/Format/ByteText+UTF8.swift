extension ByteText {
    /// Whether the bytes are well-formed UTF-8 (Unicode 16, table 3-7), eight at a time as far as they are
    /// ASCII.
    var isValidUTF8: Bool {
        var index = 0
        while index < count {
            if index &+ 8 <= count {
                let marks = (start + index).word.beyondASCII
                if marks == 0 {
                    index &+= 8
                    continue
                }
                index &+= marks.trailingZeroBitCount / 8
            }
            guard let width = scalarWidth(at: index) else { return false }
            index &+= width
        }
        return true
    }

    /// How many bytes the scalar has that begins at `index`; `nil` if they are not well-formed.
    private func scalarWidth(at index: Int) -> Int? {
        switch start[index] {
        case 0..<0x80: 1
        case 0xC2...0xDF: continues(index, width: 2, 0x80...0xBF)
        case 0xE0: continues(index, width: 3, 0xA0...0xBF)
        case 0xED: continues(index, width: 3, 0x80...0x9F)
        case 0xE1...0xEF: continues(index, width: 3, 0x80...0xBF)
        case 0xF0: continues(index, width: 4, 0x90...0xBF)
        case 0xF1...0xF3: continues(index, width: 4, 0x80...0xBF)
        case 0xF4: continues(index, width: 4, 0x80...0x8F)
        default: nil
        }
    }

    /// The width, if the second byte is in `second` and those behind it continue a scalar.
    @inline(__always)
    private func continues(_ index: Int, width: Int, _ second: ClosedRange<UInt8>) -> Int? {
        guard index + width <= count, second.contains(start[index + 1]) else { return nil }
        for place in 2..<Swift.max(2, width) where start[index + place] & 0xC0 != 0x80 {
            return nil
        }
        return width
    }
}

extension UInt64 {
    /// A mark for each byte that is not ASCII.
    @inlinable @inline(__always)
    var beyondASCII: UInt64 { self & 0x8080_8080_8080_8080 }
}
