/// Rows with quotes, which count only where they open a cell at its beginning, close it or are doubled in it.
extension CSVScanner {
    /// The index behind the next line feed that is not inside quotes.
    @usableFromInline @inline(never)
    static func endOfQuotedRow(
        _ base: UnsafePointer<UInt8>, from start: Int, count: Int, isFirst: Bool
    ) -> Int? {
        switch walk(base, from: start, count: count, isFirst: isFirst) {
        case .rowEnds(let end): end
        case .quoteIsOpen, .rowGoesOn: nil
        }
    }

    /// The index of the quote that is open behind the last byte, if the row does not end before.
    static func openQuote(
        _ base: UnsafePointer<UInt8>, from start: Int, count: Int, isFirst: Bool
    ) -> Int? {
        if case .quoteIsOpen(let quote) = walk(base, from: start, count: count, isFirst: isFirst) {
            return quote
        }
        // The last byte may be the first of two quotes, which do not close a cell.
        guard count > start, base[count - 1] == quote,
            case .quoteIsOpen(let quote) = walk(
                base, from: start, count: count - 1, isFirst: isFirst)
        else { return nil }
        return quote
    }

    private enum Walk {
        /// The row ends in front of the index.
        case rowEnds(Int)
        /// The quote at the index opens a cell that does not end.
        case quoteIsOpen(Int)
        case rowGoesOn
    }

    /// Goes through a row as far as there are bytes.
    @inline(__always)
    private static func walk(
        _ base: UnsafePointer<UInt8>, from start: Int, count: Int, isFirst: Bool
    ) -> Walk {
        let first = isFirst ? start + byteOrderMarkCount(base + start, count - start) : start
        var index = first
        while true {
            index = firstIndex(of: lineFeed, or: quote, base, from: index, count: count)
            if index == count { return .rowGoesOn }
            if base[index] == lineFeed { return .rowEnds(index + 1) }
            let opens = index == first || base[index - 1] == comma
            index += 1
            guard opens else { continue }
            guard let end = endOfQuotedCell(base, from: index, count: count) else {
                return .quoteIsOpen(index - 1)
            }
            index = end.index + 1
        }
    }

    /// The index of the quote that closes the cell, and whether there are doubled ones before it.
    @inline(__always)
    private static func endOfQuotedCell(
        _ base: UnsafePointer<UInt8>, from start: Int, count: Int
    ) -> (index: Int, hasDoubledQuotes: Bool)? {
        var index = start
        var hasDoubledQuotes = false
        while true {
            index = firstIndex(of: quote, or: quote, base, from: index, count: count)
            if index == count { return nil }
            if index + 1 == count || base[index + 1] != quote { return (index, hasDoubledQuotes) }
            hasDoubledQuotes = true
            index += 2
        }
    }

    /// Cuts a row that has quotes into its cells, and stores the first `capacity` of them.
    /// - Returns: How many there are.
    @usableFromInline @inline(never)
    static func splitQuoted(
        _ base: UnsafePointer<UInt8>, count: Int, into cells: UnsafeMutablePointer<CSVCell>,
        capacity: Int
    ) throws -> Int {
        try checkUTF8(base, count: count)
        var found = 0
        var index = 0
        while true {
            let cell: CSVCell
            if index < count, base[index] == quote {
                guard let end = endOfQuotedCell(base, from: index + 1, count: count) else {
                    throw StreamError(
                        .malformedInput, "the quoted cell does not end", place: "cell \(found + 1)")
                }
                cell = CSVCell(
                    base + index + 1, count: end.index - index - 1,
                    hasDoubledQuotes: end.hasDoubledQuotes)
                index = end.index + 1
            } else {
                let end = firstIndex(of: comma, or: comma, base, from: index, count: count)
                cell = CSVCell(base + index, count: end - index)
                index = end
            }
            if found < capacity { cells[found] = cell }
            found += 1
            if index == count { return found }
            guard base[index] == comma else {
                throw StreamError(
                    .malformedInput, "a comma is missing behind the quoted cell",
                    place: "cell \(found)")
            }
            index += 1
        }
    }
}
