import MillraceTesting
import Testing

@testable import Millrace

@Suite struct KeySegmentMemoryTests {
    /// A block that is in use, and the byte that all of it is filled with.
    struct Block {
        let start: UnsafeMutableRawPointer
        let size: Int
        let byte: UInt8

        func allBytes(are byte: UInt8) -> Bool {
            UnsafeRawBufferPointer(start: start, count: size).allSatisfy { $0 == byte }
        }
    }

    /// Sizes below, within and above those that are cut from chunks, and two that do not divide one.
    static let sizes = [512, 32_767, 1 << 15, 40 << 10, (640 << 10) + 8, 1 << 20, (1 << 20) + 1]

    @Test(arguments: 0..<2 as Range<UInt64>)
    func blocksAreZeroAndDoNotOverlap(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var blocks: [Block] = []
        for step in 0..<40 {
            if !blocks.isEmpty && Int.random(in: 0..<5, using: &random) < 2 {
                let block = blocks.remove(at: Int.random(in: 0..<blocks.count, using: &random))
                #expect(block.allBytes(are: block.byte))
                KeySegmentMemory.free(block.start, block.size, alignment: 16)
            } else {
                let size = Self.sizes[Int.random(in: 0..<Self.sizes.count, using: &random)]
                let start = KeySegmentMemory.allocate(size, alignment: 16, zeroed: true)
                let block = Block(start: start, size: size, byte: UInt8(truncatingIfNeeded: step))
                #expect(UInt(bitPattern: start) % 16 == 0)
                #expect(block.allBytes(are: 0))
                start.initializeMemory(as: UInt8.self, repeating: block.byte, count: size)
                blocks.append(block)
            }
        }
        for block in blocks {
            #expect(block.allBytes(are: block.byte))
            KeySegmentMemory.free(block.start, block.size, alignment: 16)
        }
    }

    @Test(arguments: [8, 64, 256])
    func everyAlignmentIsKept(alignment: Int) {
        for size in Self.sizes {
            let start = KeySegmentMemory.allocate(size, alignment: alignment, zeroed: false)
            #expect(UInt(bitPattern: start) % UInt(alignment) == 0)
            KeySegmentMemory.free(start, size, alignment: alignment)
        }
    }

    @Test func tablesOfSeveralTasksShareChunks() async {
        await withTaskGroup(of: Int.self) { group in
            for task in 0..<4 {
                group.addTask {
                    var table = KeyTable<Int, Int>()
                    for round in 0..<2 {
                        table.updateAll(in: 0..<9000, key: { $0 }, initial: { task }) { _, _ in }
                        if round == 0 { table.removeAll(keepingCapacity: false) }
                    }
                    var sum = 0
                    table.visit { sum += $1 }
                    return sum - 9000 * task
                }
            }
            for await difference in group { #expect(difference == 0) }
        }
    }
}
