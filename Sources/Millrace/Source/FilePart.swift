/// One of the parts of a file that are read beside each other: every n-th block of it, of `n` parts.
///
/// Blocks alternate between the parts, so that parts that are read as fast as each other come forward in event
/// time together. A record belongs to the block in which it begins.
struct FilePart: Sendable, Equatable {
    /// Which part it is, from 0.
    var index = 0
    /// How many parts the file has.
    var count = 1
    /// How many bytes a block has.
    var blockSize = Self.usualBlockSize

    static let usualBlockSize: Int64 = 1 << 20

    /// The end of the blocks of this part that lie at `offset` without a gap; `offset` if the block there is
    /// another part's.
    func end(ofOwnBlocksAt offset: Int64) -> Int64 {
        if count == 1 { return .max }
        let block = offset / blockSize
        return block % Int64(count) == Int64(index) ? (block + 1) * blockSize : offset
    }

    /// Where the first block of this part begins that begins behind `offset`, or at it.
    func startOfOwnBlock(atOrBehind offset: Int64) -> Int64 {
        let block = (offset + blockSize - 1) / blockSize
        let rest = (Int64(index) - block % Int64(count) + Int64(count)) % Int64(count)
        return (block + rest) * blockSize
    }

    /// The name of the part's split.
    func splitID(of path: String) -> String {
        count == 1 ? path : "\(path) part \(index + 1) of \(count)"
    }

    /// The file and the part of it that a split's name stands for.
    static func named(_ splitID: String, blockSize: Int64) -> (path: String, part: FilePart) {
        let words = splitID.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count > 4, words[words.count - 4] == "part", words[words.count - 2] == "of",
            let number = Int(words[words.count - 3]), let count = Int(words[words.count - 1]),
            count > 1, (1...count).contains(number)
        else { return (splitID, FilePart(blockSize: blockSize)) }
        let path = words.dropLast(4).joined(separator: " ")
        return (path, FilePart(index: number - 1, count: count, blockSize: blockSize))
    }
}
