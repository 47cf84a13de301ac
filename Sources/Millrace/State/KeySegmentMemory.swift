internal import CMillrace
internal import Synchronization

/// Memory for segments.
///
/// Small blocks come from the C heap. From 32 KiB on, blocks of one size are cut from chunks of one
/// huge page (2 MiB), because a large table's time consists of cache and translation misses, and a
/// growing table's of page faults. The chunks belong to the process: tables of all threads share
/// them, under a lock that is taken once per segment. Empty chunks are kept for later up to 32 MiB.
@usableFromInline
enum KeySegmentMemory {
    /// Memory of `byteCount` bytes that is all zero, or if not `zeroed` need not be.
    @usableFromInline
    static func allocate(
        _ byteCount: Int, alignment: Int, zeroed: Bool
    ) -> UnsafeMutableRawPointer {
        var isZero = false
        let block: UnsafeMutableRawPointer?
        if byteCount < smallestPiece {
            block = millrace_allocate_aligned(byteCount, max(16, alignment))
        } else if byteCount > largestPiece || alignment > 64 {
            block = millrace_map_huge(roundUpToPage(byteCount), max(chunkSize, alignment))
            isZero = true
        } else {
            block = state.withLock { $0.allocate(pieceSize(byteCount), &isZero) }
                .flatMap(UnsafeMutableRawPointer.init(bitPattern:))
        }
        guard let block else {
            preconditionFailure("no memory: \(byteCount) bytes for keyed state")
        }
        if zeroed && !isZero {
            block.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        }
        return block
    }

    /// Gives back what ``allocate(_:alignment:zeroed:)`` gave for the same size and alignment.
    @usableFromInline
    static func free(_ block: UnsafeMutableRawPointer, _ byteCount: Int, alignment: Int) {
        if byteCount < smallestPiece {
            CMillrace.free(block)
        } else if byteCount > largestPiece || alignment > 64 {
            munmap(block, roundUpToPage(byteCount))
        } else if let empty = state.withLock({ $0.free(UInt(bitPattern: block)) }) {
            munmap(UnsafeMutableRawPointer(bitPattern: empty), chunkSize)
        }
    }

    static let chunkSize = 1 << 21
    static let smallestPiece = 1 << 15
    static let largestPiece = 1 << 20
    static let spareLimit = 16
    private static let state = Mutex(KeySegmentChunks())

    private static func roundUpToPage(_ byteCount: Int) -> Int { (byteCount + 4095) & ~4095 }
    private static func pieceSize(_ byteCount: Int) -> Int { (byteCount + 63) & ~63 }
}

/// Which pieces of which chunks are in use. Addresses are kept as numbers.
private struct KeySegmentChunks {
    struct Chunk {
        let pieceSize: Int
        var usedCount = 0
        /// How many pieces were ever used; those after them are as the chunk was.
        var touchedCount = 0
        let isZero: Bool
        var freed: [UInt] = []

        var isFull: Bool { usedCount == KeySegmentMemory.chunkSize / pieceSize }
    }

    var chunks: [UInt: Chunk] = [:]
    /// The chunks with a free piece, by the size of their pieces.
    var open: [Int: [UInt]] = [:]
    /// Empty chunks, no longer zero.
    var spare: [UInt] = []

    mutating func allocate(_ pieceSize: Int, _ isZero: inout Bool) -> UInt? {
        guard let base = open[pieceSize]?.last ?? openChunk(pieceSize),
            var chunk = chunks[base]
        else { return nil }
        chunk.usedCount += 1
        let piece: UInt
        if let freed = chunk.freed.popLast() {
            piece = freed
            isZero = false
        } else {
            piece = base + UInt(chunk.touchedCount * pieceSize)
            chunk.touchedCount += 1
            isZero = chunk.isZero
        }
        if chunk.isFull { open[pieceSize]?.removeLast() }
        chunks[base] = chunk
        return piece
    }

    private mutating func openChunk(_ pieceSize: Int) -> UInt? {
        let reused = spare.popLast()
        let size = KeySegmentMemory.chunkSize
        guard let base = reused ?? millrace_map_huge(size, size).map(UInt.init(bitPattern:)) else {
            return nil
        }
        chunks[base] = Chunk(pieceSize: pieceSize, isZero: reused == nil)
        open[pieceSize, default: []].append(base)
        return base
    }

    /// Returns the chunk to unmap, if there is one.
    mutating func free(_ piece: UInt) -> UInt? {
        let base = piece & ~UInt(KeySegmentMemory.chunkSize - 1)
        guard var chunk = chunks.removeValue(forKey: base) else {
            preconditionFailure("a block is freed twice")
        }
        if chunk.isFull { open[chunk.pieceSize, default: []].append(base) }
        chunk.usedCount -= 1
        if chunk.usedCount > 0 {
            chunk.freed.append(piece)
            chunks[base] = chunk
            return nil
        }
        open[chunk.pieceSize]?.removeAll { $0 == base }
        if spare.count >= KeySegmentMemory.spareLimit { return base }
        spare.append(base)
        return nil
    }
}
