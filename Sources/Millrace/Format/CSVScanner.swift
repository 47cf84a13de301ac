/// A cell of a CSV row: where its bytes are, and whether doubled quotes in them stand for one.
@usableFromInline
struct CSVCell: BitwiseCopyable {
    // Safety: whoever makes a cell keeps its row alive and unchanged while the cell is in use.
    @usableFromInline let start: UnsafePointer<UInt8>
    @usableFromInline let storedCount: UInt32
    @usableFromInline let hasDoubledQuotes: Bool

    @inlinable @inline(__always)
    init(_ start: UnsafePointer<UInt8>, count: Int, hasDoubledQuotes: Bool = false) {
        self.start = start
        storedCount = UInt32(truncatingIfNeeded: count)
        self.hasDoubledQuotes = hasDoubledQuotes
    }

    @inlinable @inline(__always)
    var count: Int { Int(storedCount) }

    @usableFromInline
    var string: String {
        let text = ByteText(start: start, count: count)
        guard hasDoubledQuotes else { return text.string }
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            bytes.append(text[index])
            index += text[index] == UInt8(ascii: "\"") ? 2 : 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Finds the ends of rows and cells, eight bytes at a time as long as there are no quotes.
@usableFromInline
enum CSVScanner {
    @inlinable @inline(__always)
    static var quote: UInt8 { UInt8(ascii: "\"") }

    @inlinable @inline(__always)
    static var comma: UInt8 { UInt8(ascii: ",") }

    /// The index behind the next line feed that is not inside quotes.
    @inlinable
    static func endOfRow(_ base: UnsafePointer<UInt8>, from start: Int, count: Int) -> Int? {
        var isQuoted = false
        var index = start
        while index < count {
            if index &+ 8 <= count {
                let word = (base + index).word
                if word.marks(of: quote) == 0 {
                    let ends = word.marks(of: 0x0A)
                    if ends != 0, !isQuoted { return index &+ ends.trailingZeroBitCount / 8 &+ 1 }
                    index &+= 8
                    continue
                }
            }
            let last = Swift.min(index &+ 8, count)
            while index < last {
                if base[index] == quote { isQuoted.toggle() }
                index &+= 1
                if base[index &- 1] == 0x0A, !isQuoted { return index }
            }
        }
        return nil
    }

    /// Cuts a row into its cells, and stores the first `capacity` of them.
    /// - Returns: How many there are.
    @inlinable
    static func split(
        _ base: UnsafePointer<UInt8>, count: Int, into cells: UnsafeMutablePointer<CSVCell>,
        capacity: Int
    ) throws -> Int {
        var found = 0
        var start = 0
        var index = 0
        while index < count {
            let word = word(at: index, of: base, count: count)
            if word.marks(of: quote) != 0 {
                return try splitQuoted(base, count: count, into: cells, capacity: capacity)
            }
            var commas = word.allMarks(of: comma)
            while commas != 0 {
                let end = index &+ commas.trailingZeroBitCount / 8
                if found < capacity {
                    cells[found] = CSVCell(base + start, count: end &- start)
                }
                found &+= 1
                start = end &+ 1
                commas &= commas &- 1
            }
            index &+= 8
        }
        if count > Int(UInt32.max) { throw tooLong }
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

    /// Cuts a row that has quotes into its cells.
    @usableFromInline @inline(never)
    static func splitQuoted(
        _ base: UnsafePointer<UInt8>, count: Int, into cells: UnsafeMutablePointer<CSVCell>,
        capacity: Int
    ) throws -> Int {
        if count > Int(UInt32.max) { throw tooLong }
        var found = 0
        var index = 0
        while true {
            let isQuoted = index < count && base[index] == quote
            let start = isQuoted ? index + 1 : index
            var hasDoubledQuotes = false
            if isQuoted {
                index = start
                while true {
                    guard index < count else {
                        throw StreamError(
                            .malformedInput, "the quoted cell does not end",
                            place: "cell \(found + 1)")
                    }
                    if base[index] == quote {
                        if index + 1 >= count || base[index + 1] != quote { break }
                        hasDoubledQuotes = true
                        index += 1
                    }
                    index += 1
                }
            } else {
                while index < count, base[index] != comma { index += 1 }
            }
            if found < capacity {
                cells[found] = CSVCell(
                    base + start, count: index - start, hasDoubledQuotes: hasDoubledQuotes)
            }
            found += 1
            if isQuoted { index += 1 }
            if index >= count { return found }
            guard base[index] == comma else {
                throw StreamError(
                    .malformedInput, "a comma is missing behind the quoted cell",
                    place: "cell \(found)")
            }
            index += 1
        }
    }

    @usableFromInline @inline(never)
    static var tooLong: StreamError {
        StreamError(.malformedInput, "the row is longer than 4 GiB")
    }

    /// The cells of a row as texts.
    static func strings(_ bytes: UnsafeBufferPointer<UInt8>) throws -> [String] {
        guard let base = bytes.baseAddress else { return [] }
        // A row has fewer commas than bytes.
        let cells = try [CSVCell](unsafeUninitializedCapacity: bytes.count + 1) { room, count in
            guard let cells = room.baseAddress else { return }
            count = try split(base, count: bytes.count, into: cells, capacity: bytes.count + 1)
        }
        return cells.map(\.string)
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
