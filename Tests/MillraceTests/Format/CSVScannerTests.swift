import MillraceTesting
import Testing

@testable import Millrace

/// The scanner, which takes eight bytes at a time, against one that takes byte by byte.
@Suite struct CSVScannerTests {
    /// The index behind the row that begins at `start`.
    private func endOfRow(_ bytes: [UInt8], from start: Int, isFirst: Bool) -> Int? {
        let hasMark = isFirst && bytes[start...].starts(with: [0xEF, 0xBB, 0xBF])
        var index = hasMark ? start + 3 : start
        var isQuoted = false
        var isAtCellStart = true
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\""), isQuoted || isAtCellStart {
                let isDoubled = isQuoted && index < bytes.count && bytes[index] == byte
                if isDoubled { index += 1 } else { isQuoted.toggle() }
            } else if byte == 0x0A, !isQuoted {
                return index
            }
            isAtCellStart = byte == UInt8(ascii: ",") && !isQuoted
        }
        return nil
    }

    /// The cells of a row, or the beginning of what is said about it.
    private func cells(_ row: [UInt8]) -> Result<[String], Refusal> {
        if String(validating: row, as: UTF8.self) == nil { return .failure(.isNotUTF8) }
        var cells: [[UInt8]] = []
        var index = 0
        while true {
            var cell: [UInt8] = []
            if index < row.count, row[index] == UInt8(ascii: "\"") {
                index += 1
                while true {
                    guard index < row.count else { return .failure(.doesNotEnd) }
                    if row[index] == UInt8(ascii: "\"") {
                        index += 1
                        guard index < row.count, row[index] == UInt8(ascii: "\"") else { break }
                    }
                    cell.append(row[index])
                    index += 1
                }
            } else {
                while index < row.count, row[index] != UInt8(ascii: ",") {
                    cell.append(row[index])
                    index += 1
                }
            }
            cells.append(cell)
            if index == row.count {
                return .success(cells.map { String(decoding: $0, as: UTF8.self) })
            }
            guard row[index] == UInt8(ascii: ",") else { return .failure(.lacksComma) }
            index += 1
        }
    }

    private enum Refusal: String, Error {
        case isNotUTF8 = "the row is not valid UTF-8"
        case doesNotEnd = "the quoted cell does not end"
        case lacksComma = "a comma is missing behind the quoted cell"
    }

    private func split(_ row: [UInt8], capacity: Int) throws -> (count: Int, cells: [String]) {
        try row.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return (0, []) }
            var count = 0
            let cells = try [CSVCell](unsafeUninitializedCapacity: capacity) { room, stored in
                guard let cells = room.baseAddress else { return }
                count = try CSVScanner.split(
                    base, count: bytes.count, into: cells, capacity: capacity)
                stored = min(count, capacity)
            }
            return (count, cells.map(\.string))
        }
    }

    private func randomBytes(_ random: inout SeededGenerator) -> [UInt8] {
        let runs: [[UInt8]] = [
            [0x22], [0x22], [0x2C], [0x2C], [0x0A], [0x0D], Array("é".utf8), Array("😀".utf8),
            [0xEF, 0xBB, 0xBF], [0x21], [0x23], [0x2D], [0x0B],
        ]
        // Few quotes, or many; and now and then a byte that is not UTF-8.
        let first = Bool.random(using: &random) ? 0 : 2
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            bytes += runs[first...].randomElement(using: &random) ?? []
            bytes += Array(repeating: 0x78, count: Int.random(in: 0...3, using: &random))
        }
        if Int.random(in: 0..<8, using: &random) == 0 { bytes.append(0xC3) }
        return bytes
    }

    @Test(arguments: 0..<10)
    func rowsEndWhereTheyShould(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let bytes = randomBytes(&random) + [0x0A] + randomBytes(&random)
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let isFirst = Bool.random(using: &random)
            let end = bytes.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.flatMap {
                    CSVScanner.endOfRow($0, from: start, count: bytes.count, isFirst: isFirst)
                }
            }
            #expect(end == endOfRow(bytes, from: start, isFirst: isFirst), "\(bytes), \(start)")
        }
    }

    @Test(arguments: 0..<10)
    func rowsAreCutWhereTheyShould(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let row = randomBytes(&random) + [0x78]
            let capacity = Int.random(in: 1...8, using: &random)
            switch cells(row) {
            case .success(let cells):
                let found = try? split(row, capacity: capacity)
                #expect(found?.count == cells.count, "\(row)")
                #expect(found?.cells == Array(cells.prefix(capacity)), "\(row)")
            case .failure(let refusal):
                #expect("\(row)") {
                    try split(row, capacity: capacity)
                } throws: { ($0 as? StreamError)?.message == refusal.rawValue }
            }
        }
    }
}
