extension KeyTableSnapshot: StateCodable {
    /// Writes each segment that holds keys as a block of its own, so that a segment that has not changed is
    /// written once.
    public func encode(to writer: inout StateWriter) throws {
        let codecs = try writer.entryCodecs(Key.self, Value.self)
        writer.write(count: count)
        writer.write(count: segmentCount)
        for index in 0..<segmentCount {
            writer.write(count: count(ofSegment: index))
            let isReleased = isForCheckpoint && writer.releasesState
            var isWritten = false
            if count(ofSegment: index) > 0 {
                let version = version(ofSegment: index)
                let key = BlockKey(table: identity, segment: index, version: version)
                var inner = writer
                try writer.writeBlock(key) { bytes in
                    try withContents(ofSegment: index, isLast: isReleased) { contents in
                        try encode(contents, of: index, codecs, &inner, to: &bytes)
                    }
                    isWritten = true
                }
            }
            if isReleased && !isWritten { release(segment: index) }
        }
        withExtendedLifetime(segments) {}
    }

    private func encode(
        _ contents: KeySegmentContents<Key, Value>, of index: Int,
        _ codecs: EntryCodecs<Key, Value>, _ writer: inout StateWriter, to bytes: inout [UInt8]
    ) throws {
        switch contents {
        case .packed(let packed) where codecs.areMemory:
            bytes = packed
        case .slots(let slots) where codecs.areMemory:
            bytes = KeySegmentImage.bytes(of: slots)
        case .packed(let packed):
            let restored = try restoredSegment(index, from: packed)
            defer { withExtendedLifetime(restored) {} }
            try writer.withBytes(&bytes) { try codecs.encode(restored.slots, to: &$0) }
        case .slots(let slots):
            try writer.withBytes(&bytes) { try codecs.encode(slots, to: &$0) }
        }
    }

    /// Reads the segments that hold keys of the reader's key groups.
    public init(from reader: inout StateReader) throws {
        let codecs = try reader.entryCodecs(Key.self, Value.self)
        _ = try reader.readCount()
        let segmentCount = try reader.readCount()
        guard segmentCount == 1 || segmentCount == KeyTableSplit.segmentCount else {
            throw StateReader.damaged("a table")
        }
        var images: [(index: Int, image: KeySegmentImage<Key, Value>)] = []
        var table = KeyTable<Key, Value>()
        for index in 0..<segmentCount {
            let count = try reader.readCount()
            if count == 0 { continue }
            guard reader.ownership.mayOwn(segment: index, of: segmentCount) else {
                try reader.skipBlock()
                continue
            }
            let share = segmentCount > 1 ? reader.ownership.share : 0
            try reader.readBlock { block in
                let form = try block.read(UInt8.self)
                if form == KeySegmentForm.image || form == KeySegmentForm.columns {
                    let image = try KeySegmentImage<Key, Value>(from: &block, form: form)
                    if codecs.areMemory, image.fits, table.isEmpty,
                        image.salt == images.first?.image.salt ?? image.salt
                    {
                        images.append((index, image))
                    } else {
                        try image.forEach(codecs.key, codecs.value, block) { key, value in
                            table.update(key, hash: key.stableHash, default: value) { $0 = value }
                        }
                    }
                    return
                }
                // A key or a value takes a byte, but for the only key of a type that has one value.
                guard form == KeySegmentForm.entries, count <= max(1, block.remaining) else {
                    throw StateReader.damaged("a segment")
                }
                if table.isEmpty, images.isEmpty {
                    // Segments are about equal, and this one's count has been checked by its bytes.
                    table = KeyTable(minimumCapacity: count * max(1, segmentCount * share))
                }
                let before = table.count
                for _ in 0..<count {
                    let key = try codecs.key.decode(&block)
                    let value = try codecs.value.decode(&block)
                    table.update(key, hash: key.stableHash, default: value) { $0 = value }
                }
                // Reads that are too short or too long shift what follows, and make up keys.
                guard block.remaining == 0, table.count == before + count else {
                    throw StateReader.unequal(Value.self)
                }
            }
        }
        guard images.isEmpty || table.isEmpty else { throw StateReader.damaged("a table") }
        self = images.isEmpty ? table.snapshot() : Self(images, of: segmentCount)
    }

    /// A snapshot of segments as they were.
    private init(_ images: [(index: Int, image: KeySegmentImage<Key, Value>)], of count: Int) {
        var segments = ContiguousArray<KeySegment<Key, Value>>()
        var slots = ContiguousArray<KeySegmentSlots<Key, Value>>()
        var next = images[...]
        // The salt is the same in all segments.
        let salt = images[0].image.salt
        for index in 0..<count {
            let image = next.first?.index == index ? next.removeFirst().image : nil
            let capacity = image?.capacity ?? KeySegmentSlots<Key, Value>.capacity(for: 0)
            let segment = KeySegment<Key, Value>(capacity: capacity)
            var view = KeySegmentSlots<Key, Value>(
                base: segment.base, capacity: capacity,
                multiplier: KeyTableSplit.multiplier(isSplit: count > 1), salt: salt)
            image?.fill(&view)
            view.isShared = true
            segments.append(segment)
            slots.append(view)
        }
        self.init(
            segments: segments, slots: slots,
            versions: ContiguousArray(repeating: 0, count: count),
            count: slots.reduce(0) { $0 + Int($1.count) }, identity: KeyTableIdentity.next(),
            isForCheckpoint: false)
        admitReaders()
    }
}

extension EntryCodecs {
    /// Writes the keys and values of a segment, one after the other.
    fileprivate func encode(
        _ slots: KeySegmentSlots<Key, Value>, to writer: inout StateWriter
    ) throws {
        writer.write(KeySegmentForm.entries)
        for slot in 0..<slots.capacity where slots.word(at: slot) != 0 {
            try key.encode(slots.key(at: slot), &writer)
            try value.encode(slots.value(at: slot).pointee, &writer)
        }
    }
}

/// How a segment is stored.
enum KeySegmentForm {
    /// Keys and values, one after the other, by their codecs.
    static let entries: UInt8 = 0
    /// The memory of the used slots; read, and no longer written.
    static let image: UInt8 = 1
    /// The memory of the used slots, without the bytes that are the same in all of them.
    static let columns: UInt8 = 2
}

extension GroupOwnership {
    /// Whether a segment may hold keys of the owned groups.
    func mayOwn(segment: Int, of count: Int) -> Bool {
        let lower = segment * groups.count / count
        let upper = ((segment + 1) * groups.count + count - 1) / count
        return range.overlaps(lower..<upper)
    }

    /// About which share of the keys is owned, at least 1 if all are: to reserve room.
    var share: Int { range.count * 2 > groups.count ? 1 : 0 }
}
