import MillraceTesting
import Testing

@testable import Millrace

@Suite struct SlotColumnsTests {
    /// Slots with random words, of which the given share of the bytes varies; about half are used.
    static func slots(
        _ capacity: Int, columns: Int, varying: UInt64, _ random: inout SeededGenerator
    ) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: capacity * columns)
        let common = (0..<columns).map { _ in random.next() | 1 }
        for slot in 0..<capacity where Bool.random(using: &random) {
            for column in 0..<columns {
                words[slot * columns + column] = common[column] ^ (random.next() & varying & ~1)
            }
        }
        return words
    }

    static let masks: [UInt64] = [0, 0xFF, 0xFF00, 0xFF_FF00_0000, 0xFF00_0000_0000_0000, ~0]

    @Test(arguments: masks, [1, 2, 3, 4, 5, 9])
    func slotsComeBack(varying: UInt64, columnCount: Int) throws {
        var random = SeededGenerator(seed: varying ^ UInt64(columnCount))
        for capacity in [8, 16, 256] {
            let words = Self.slots(capacity, columns: columnCount, varying: varying, &random)
            let used = (0..<capacity).count { words[$0 * columnCount] != 0 }
            let header: [UInt8] = [1, 2, 3]
            let made = words.withUnsafeBytes {
                $0.baseAddress.map {
                    SlotColumns.pack(
                        $0, capacity: capacity, stride: 8 * columnCount, count: used,
                        behind: header)
                }
            }
            let bytes = try #require(made)
            #expect(Array(bytes.prefix(3)) == header)
            var reader = StateReader(Array(bytes.dropFirst(3)))
            let columns = try (0..<columnCount).map { _ in
                SlotColumns.Column(
                    reference: try reader.read(UInt64.self),
                    firstByte: Int(try reader.read(UInt8.self)),
                    byteCount: Int(try reader.read(UInt8.self)))
            }
            // No byte is kept in which the slots do not differ.
            let bytesThatVary = (64 - varying.leadingZeroBitCount + 7) / 8
            for column in columns { #expect(column.byteCount <= bytesThatVary) }
            let packed = SlotColumns(columns: columns)
            let bitmap = try reader.withRawBytes(capacity / 8) { Array($0) }
            let content = try reader.withRawBytes(used * packed.width) { Array($0) }
            #expect(reader.remaining == 0)
            var back = [UInt64](repeating: 0, count: words.count)
            back.withUnsafeMutableBytes {
                guard let base = $0.baseAddress else { return }
                packed.unpack(
                    content + [UInt8](repeating: 0, count: SlotColumns.padding), bitmap, to: base)
            }
            #expect(back == words)
        }
    }

    /// What empty slots hold is left over, and costs nothing.
    @Test func emptySlotsDoNotCount() {
        var words = [UInt64](repeating: ~0, count: 16)
        for slot in 0..<8 { words[2 * slot] = slot == 3 ? 77 : 0 }
        let bytes = words.withUnsafeBytes { words in
            words.baseAddress.map {
                SlotColumns.pack($0, capacity: 8, stride: 16, count: 1, behind: [])
            }
        }
        #expect(bytes?.count == 2 * SlotColumns.columnSize + 1)
        #expect(bytes?.last == 1 << 3)
    }
}
