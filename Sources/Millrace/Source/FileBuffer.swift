/// A window over a file: the bytes that have been read and not been used up.
///
/// A value for the sake of the hot loop; it is not copied, because copies would share the memory.
@usableFromInline
struct FileBuffer {
    /// Holds the file open and the memory alive.
    private final class Owner {
        let file: ByteFile
        var memory: UnsafeMutablePointer<UInt8>

        init(_ file: consuming ByteFile, memory: UnsafeMutablePointer<UInt8>) {
            self.file = file
            self.memory = memory
        }

        deinit { memory.deallocate() }
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
    /// - Returns: Whether there was any.
    @usableFromInline
    mutating func fill() throws -> Bool {
        let used = next - Self.markedCount
        if used > 0 {
            start.update(from: start + used, count: count - used)
            base += Int64(used)
            count -= used
            next -= used
        }
        if count == capacity { grow() }
        let got = try owner.file.read(into: start + count, count: capacity - count)
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
        try checkSize(isAtLeast: base + Int64(count))
        if owner.file.isReplaced {
            throw StreamError(
                .inputOutput, "'\(path)' has been replaced by another file while it was followed")
        }
    }

    private func checkSize(isAtLeast offset: Int64) throws {
        guard isRegular, let size = owner.file.size, size < offset else { return }
        throw StreamError(
            .inputOutput,
            "'\(path)' has been cut off: it has \(size) bytes, but \(offset) had been read")
    }

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

    /// Passes the lines that begin before `target`, an offset ahead.
    /// - Returns: How many; `nil` if there is no other line.
    mutating func skipLines(before target: Int64) throws -> Int? {
        var lines = 0
        // The line before ends with the byte in front of the target, or behind it.
        while offset < target - 1 {
            if next == count, try !fill() { return nil }
            let end = next + min(count - next, Int(target - 1 - offset))
            lines += lineEnds(next..<end)
            next = end
        }
        while true {
            if let end = bytes[next..<count].firstIndex(of: 0x0A) {
                next = end + 1
                return lines + 1
            }
            next = count
            if try !fill() { return nil }
        }
    }

    /// How many lines end in a part of the window: eight bytes at a time.
    @usableFromInline
    func lineEnds(_ range: Range<Int>) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        var ends = 0
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            // A byte that is zero now was a line feed. It alone has no bit set in what follows.
            let bytes = word(of: raw, at: index) ^ 0x0A0A_0A0A_0A0A_0A0A
            ends &+= (~((bytes & low) &+ low | bytes | low)).nonzeroBitCount
            index &+= 8
        }
        for index in index..<range.upperBound where raw[index] == 0x0A { ends &+= 1 }
        return ends
    }
}
