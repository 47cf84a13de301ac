/// Finds the ends of rows and cells, eight bytes at a time. Rows with quotes go a way of their own; see
/// `CSVScanner+Quotes.swift`.
@usableFromInline
enum CSVScanner {
    @inlinable @inline(__always)
    static var quote: UInt8 { UInt8(ascii: "\"") }

    @inlinable @inline(__always)
    static var comma: UInt8 { UInt8(ascii: ",") }

    @inlinable @inline(__always)
    static var lineFeed: UInt8 { 0x0A }

    /// The index behind the next line feed that is not inside quotes.
    @inlinable
    static func endOfRow(
        _ base: UnsafePointer<UInt8>, from start: Int, count: Int, isFirst: Bool
    ) -> Int? {
        let index = firstIndex(of: lineFeed, or: quote, base, from: start, count: count)
        if index == count { return nil }
        if base[index] == lineFeed { return index &+ 1 }
        return endOfQuotedRow(base, from: start, count: count, isFirst: isFirst)
    }

    /// The index of the next byte that is one of two; `count` if there is none.
    @inlinable @inline(__always)
    static func firstIndex(
        of first: UInt8, or second: UInt8, _ base: UnsafePointer<UInt8>, from start: Int, count: Int
    ) -> Int {
        var index = start
        while index &+ 8 <= count {
            let word = (base + index).word
            // The lowest mark of each is exact, and so the lowest of both is.
            let marks = word.marks(of: first) | word.marks(of: second)
            if marks != 0 { return index &+ marks.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < count, base[index] != first, base[index] != second { index &+= 1 }
        return index
    }

    /// Cuts a row of valid UTF-8 into its cells, and stores the first `capacity` of them.
    /// - Returns: How many there are.
    @inlinable
    static func split(
        _ base: UnsafePointer<UInt8>, count: Int, into cells: UnsafeMutablePointer<CSVCell>,
        capacity: Int
    ) throws -> Int {
        if count > Int(UInt32.max) { throw tooLong }
        var found = 0
        var start = 0
        var index = 0
        var seen: UInt64 = 0
        while index < count {
            let word = word(at: index, of: base, count: count)
            if word.marks(of: quote) != 0 {
                return try splitQuoted(base, count: count, into: cells, capacity: capacity)
            }
            seen |= word
            var commas = word.allMarks(of: comma)
            while commas != 0 {
                let end = index &+ commas.trailingZeroBitCount / 8
                if found < capacity { cells[found] = CSVCell(base + start, count: end &- start) }
                found &+= 1
                start = end &+ 1
                commas &= commas &- 1
            }
            index &+= 8
        }
        if seen.beyondASCII != 0 { try checkUTF8(base, count: count) }
        if found < capacity { cells[found] = CSVCell(base + start, count: count &- start) }
        return found &+ 1
    }

    /// The next eight bytes; zeros behind the last one.
    @inlinable @inline(__always)
    static func word(at index: Int, of base: UnsafePointer<UInt8>, count: Int) -> UInt64 {
        let left = count &- index
        if left >= 8 { return (base + index).word }
        if count >= 8 { return (base + (count &- 8)).word &>> UInt64(64 &- 8 &* left) }
        var word: UInt64 = 0
        for place in 0..<left { word |= UInt64(base[index &+ place]) &<< UInt64(8 &* place) }
        return word
    }

    @usableFromInline @inline(never)
    static func checkUTF8(_ base: UnsafePointer<UInt8>, count: Int) throws {
        if ByteText(start: base, count: count).isValidUTF8 { return }
        throw StreamError(.malformedInput, "the row is not valid UTF-8")
    }

    @usableFromInline @inline(never)
    static var tooLong: StreamError {
        StreamError(.malformedInput, "the row is longer than 4 GiB")
    }

    /// The cells of the first row as texts, without its byte order mark.
    static func strings(ofFirstRow bytes: UnsafeBufferPointer<UInt8>) throws -> [String] {
        guard let base = bytes.baseAddress else { return [] }
        let mark = byteOrderMarkCount(base, bytes.count)
        let count = bytes.count - mark
        // A row has one cell more than it has commas.
        let cells = try [CSVCell](unsafeUninitializedCapacity: count + 1) { room, stored in
            guard let cells = room.baseAddress else { return }
            stored = try split(base + mark, count: count, into: cells, capacity: count + 1)
        }
        return cells.map(\.string)
    }

    /// How many of the first bytes are a byte order mark: 3 or none.
    static func byteOrderMarkCount(_ base: UnsafePointer<UInt8>, _ count: Int) -> Int {
        count >= 3 && base[0] == 0xEF && base[1] == 0xBB && base[2] == 0xBF ? 3 : 0
    }
}

extension UInt64 {
    /// A mark for each byte that equals `byte`, exact for all of them.
    @inlinable @inline(__always)
    func allMarks(of byte: UInt8) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let other = self ^ .repeating(byte)
        return ~(((other & low) &+ low) | other | low)
    }
}
