/// A window over a file: the bytes that have been read and not been used up.
///
/// A value for the sake of the hot loop; it is not copied, because copies would share the memory.
@usableFromInline
struct FileBuffer {
    /// Holds the file open and the memory alive.
    private final class Owner {
        let file: ByteFile
        var memory: UnsafeMutablePointer<UInt8>
        /// Up to where lines were counted, and how many ended before.
        private var counted: (offset: Int64, lines: Int) = (0, 0)

        init(_ file: consuming ByteFile, memory: UnsafeMutablePointer<UInt8>) {
            self.file = file
            self.memory = memory
        }

        deinit { memory.deallocate() }

        /// How many lines end before an offset, which rises from call to call; `nil` if there is too much to read.
        func countLines(upTo offset: Int64) throws -> Int? {
            if offset == counted.offset { return counted.lines }
            if offset - counted.offset > FileBuffer.countingLimit { return nil }
            var block = [UInt8](repeating: 0, count: 1 << 16)
            while counted.offset < offset {
                let left = Int(min(offset - counted.offset, Int64(block.count)))
                let got = try file.read(into: &block, count: left, at: counted.offset)
                if got == 0 { return nil }
                counted.offset += Int64(got)
                counted.lines += block[..<got].withUnsafeBytes(\.lineEnds)
            }
            return counted.lines
        }
    }

    private let owner: Owner
    private let isRegular: Bool
    // Safety: `start` is the owner's memory, with room for `capacity` bytes, of which `count` are
    // initialised. Views of it are used before the next `fill`.
    @usableFromInline var start: UnsafeMutablePointer<UInt8>
    private var capacity = 1 << 18
    /// How many bytes there are.
    @usableFromInline var count = 0
    /// The first byte that has not been used up.
    @usableFromInline var next = 0
    /// The place in the file of the first byte of the window.
    @usableFromInline var base: Int64 = 0

    init(_ file: consuming ByteFile) {
        isRegular = file.size != nil
        start = .allocate(capacity: capacity)
        owner = Owner(file, memory: start)
    }

    @usableFromInline var path: String { owner.file.path }

    /// The place in the file of the next byte to be used.
    @inlinable @inline(__always)
    var offset: Int64 { base &+ Int64(next) }

    /// The whole window.
    @inlinable @inline(__always)
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    /// The record from the next byte to `end`, without its line end.
    @inlinable @inline(__always)
    func record(upTo end: Int) -> UnsafeBufferPointer<UInt8> {
        var last = end
        if last > next, start[last - 1] == 0x0A { last -= 1 }
        if last > next, start[last - 1] == 0x0D { last -= 1 }
        return UnsafeBufferPointer(start: start + next, count: last - next)
    }

    /// Whether reading will not wait for somebody to write.
    @usableFromInline var isReadable: Bool { isRegular || owner.file.isReadable }

    /// Reads more behind what is there, making room first. The last bytes that have been used up stay, to be known
    /// by ``mark``.
    /// - Parameter end: Where what is wanted ends, but for the rest of a line.
    /// - Returns: Whether there was any.
    @usableFromInline
    mutating func fill(aimingAt end: Int64 = .max) throws -> Bool {
        let used = next - Self.markedCount
        if used > 0 {
            start.update(from: start + used, count: count - used)
            base += Int64(used)
            count -= used
            next -= used
        }
        if count == capacity { grow() }
        let (room, wanted) = (capacity - count, Int(end - base) - count)
        let limit = 0..<room ~= wanted ? min(room, wanted + Self.lineAllowance) : room
        let got = try owner.file.read(into: start + count, count: limit)
        count += got
        return got > 0
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
        owner.memory = larger
        capacity *= 2
    }

    /// Fails if what has been read is not the file's beginning any more, or the file is another one. Called
    /// at the end of what is there.
    @usableFromInline
    func checkThatFileIsTheSame() throws {
        try checkThatNothingIsCutOff()
        if owner.file.isReplaced {
            throw StreamError(
                .inputOutput, "'\(path)' has been replaced by another file while it was followed")
        }
    }

    /// Fails if the file is shorter than what has been read of it.
    @usableFromInline
    func checkThatNothingIsCutOff() throws { try checkSize(isAtLeast: base + Int64(count)) }

    private func checkSize(isAtLeast offset: Int64) throws {
        guard isRegular, let size = owner.file.size, size < offset else { return }
        throw StreamError(
            .inputOutput,
            "'\(path)' has been cut off: it has \(size) bytes, but \(offset) had been read")
    }

    /// How much is read at once to name a line: a tenth of a second or so.
    private static let countingLimit: Int64 = 256 << 20

    /// How much more than a part's own block is read, for the rest of its last line: more than most have.
    private static let lineAllowance = 4096

    /// By how many bytes in front of a place a file is known again.
    private static let markedCount = 64

    /// Stands for the bytes in front of the next one.
    var mark: UInt32 {
        let count = min(next, Self.markedCount)
        return CRC32C.checksum(
            UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[next - count..<next]))
    }

    /// Goes on at a place that an earlier reader has reached.
    /// - Parameter mark: The ``mark`` that was there.
    /// - Throws: ``StreamError`` with code `incompatibleState` if it is another now.
    mutating func seek(to offset: Int64, mark: UInt32?) throws {
        try checkSize(isAtLeast: offset)
        base = max(0, offset - Int64(Self.markedCount))
        try owner.file.seek(to: base)
        count = 0
        next = 0
        while base + Int64(count) < offset, try fill() {}
        next = min(count, Int(offset - base))
        guard let mark, mark != self.mark else { return }
        throw StreamError(
            .incompatibleState,
            "'\(path)' is not the file that had been read up to byte \(offset): put that one back, or give the "
                + "source another name, to read this one from its beginning")
    }

    /// Goes to the first line that begins at `target`, an offset ahead, or behind it. What lies before is not read.
    /// - Returns: Whether there is such a line, or may be one that is empty.
    mutating func skip(toLineFrom target: Int64) throws -> Bool {
        // The line before ends with the byte in front of the target, or behind it.
        let last = target - 1
        if last >= base + Int64(count) {
            try checkThatNothingIsCutOff()
            let size = owner.file.size ?? .max
            try seek(to: min(last, size), mark: nil)
            if last >= size { return false }
        }
        next = min(count, Int(last - base))
        while true {
            if let end = bytes[next..<count].firstIndex(of: 0x0A) {
                next = end + 1
                return true
            }
            next = count
            if try !fill() { return false }
        }
    }

    /// How many lines of the file end before an offset, which rises from call to call.
    /// - Returns: `nil` if more than 256 MiB would have to be read that were not counted before, or cannot be.
    /// - Complexity: O(bytes since those that were counted before), which are read.
    func lineEnds(inFileBefore offset: Int64) -> Int? {
        try? owner.countLines(upTo: offset)
    }

    /// How many lines end in a part of the window.
    @usableFromInline
    func lineEnds(_ range: Range<Int>) -> Int {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[range]).lineEnds
    }
}

extension UnsafeRawBufferPointer {
    /// How many lines end here: eight bytes at a time.
    fileprivate var lineEnds: Int {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        var ends = 0
        var index = 0
        while index &+ 8 <= count {
            // A byte that is zero now was a line feed. It alone has no bit set in what follows.
            let bytes = word(of: self, at: index) ^ 0x0A0A_0A0A_0A0A_0A0A
            ends &+= (~((bytes & low) &+ low | bytes | low)).nonzeroBitCount
            index &+= 8
        }
        for index in index..<count where self[index] == 0x0A { ends &+= 1 }
        return ends
    }
}
