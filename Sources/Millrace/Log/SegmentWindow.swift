/// A part of a segment file in memory: what a reader walks over.
final class SegmentWindow {
    private let file: any StoredFile
    /// The path of the file, for messages.
    let path: String
    // Safety: the memory is this object's alone until `deinit`; of its bytes, the first `count` are
    // initialised. Views of it are used up before the next call of `bytes(at:count:limit:)`.
    private var memory: UnsafeMutableRawBufferPointer
    /// The place in the file of the first byte of the memory.
    private var base = 0
    private var count = 0

    static let chunkBytes = 1 << 20

    init(_ file: any StoredFile, _ path: String) {
        self.file = file
        self.path = path
        memory = .allocate(byteCount: 0, alignment: 16)
    }

    deinit { memory.deallocate() }

    /// How many bytes the file has now.
    func size() throws -> Int { Int(try file.size()) }

    /// `count` bytes from `position` on, which stay valid until the next call; `nil` if they do not end at
    /// or before `limit`, or the file is shorter.
    func bytes(at position: Int, count wanted: Int, limit: Int) throws -> UnsafeRawBufferPointer? {
        if wanted > limit - position { return nil }
        if position < base || position + wanted > base + count {
            try load(position, max(wanted, min(Self.chunkBytes, limit - position)))
            if wanted > count { return nil }
        }
        let start = position - base
        return UnsafeRawBufferPointer(rebasing: memory[start..<start + wanted])
    }

    /// Brings `size` bytes from `position` on into memory, of which those that are there are only moved.
    private func load(_ position: Int, _ size: Int) throws {
        let isInside = position >= base && position <= base + count
        let kept = isInside ? min(base + count - position, size) : 0
        let old = memory
        if memory.count < size {
            memory = .allocate(byteCount: max(size, Self.chunkBytes), alignment: 16)
        }
        if kept > 0 {
            let start = position - base
            memory.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: old[start..<start + kept]))
        }
        if old.baseAddress != memory.baseAddress { old.deallocate() }
        base = position
        count = kept
        count += try file.read(
            into: UnsafeMutableRawBufferPointer(rebasing: memory[kept..<size]),
            at: Int64(position + kept))
    }
}

extension SegmentWindow {
    /// The header of the batch at `position`; `nil` if there is no whole batch before `limit`.
    func header(at position: Int, limit: Int) throws -> EventLogHeader? {
        guard
            let bytes = try bytes(at: position, count: EventLogHeader.byteCount, limit: limit),
            let header = EventLogHeader(bytes), header.batchBytes <= limit - position
        else { return nil }
        return header
    }

    /// The payload of the batch at `position`; `nil` if it is damaged.
    func payload(
        of header: EventLogHeader, at position: Int, limit: Int
    ) throws -> UnsafeRawBufferPointer? {
        guard
            let payload = try bytes(
                at: position + EventLogHeader.byteCount, count: Int(header.payloadBytes),
                limit: limit),
            CRC32C.checksum(payload) == header.payloadChecksum
        else { return nil }
        return payload
    }

    /// The header of the batch at `position`; `nil` if that is damaged, or holds an offset before `offset`.
    private func wholeBatch(
        at position: Int, notBefore offset: Int64, limit: Int
    ) throws -> EventLogHeader? {
        guard let header = try header(at: position, limit: limit), header.baseOffset >= offset,
            try payload(of: header, at: position, limit: limit) != nil
        else { return nil }
        return header
    }

    /// Looks for the next batch behind damage: the first whole one that begins at or behind `position` and
    /// holds no offset before `offset`.
    func wholeBatch(
        from position: Int, notBefore offset: Int64, limit: Int
    ) throws -> (position: Int, header: EventLogHeader)? {
        // Behind a whole batch, as mostly, there is nothing to look for.
        if limit - position >= EventLogHeader.byteCount,
            let header = try wholeBatch(at: position, notBefore: offset, limit: limit)
        {
            return (position, header)
        }
        let magic = EventLogHeader.magic
        var start = position
        while limit - start >= EventLogHeader.byteCount {
            let size = min(Self.chunkBytes, limit - start)
            guard let chunk = try bytes(at: start, count: size, limit: limit) else { return nil }
            var candidates: [Int] = []
            for index in 0...(size - 4) {
                let word = chunk.loadUnaligned(fromByteOffset: index, as: UInt32.self)
                if UInt32(littleEndian: word) == magic { candidates.append(start + index) }
            }
            for candidate in candidates {
                if let header = try wholeBatch(at: candidate, notBefore: offset, limit: limit) {
                    return (candidate, header)
                }
            }
            start += size - 3
        }
        return nil
    }
}
