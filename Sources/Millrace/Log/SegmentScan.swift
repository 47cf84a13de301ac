/// What is in a segment file, found by walking its batches.
struct SegmentScan {
    private let partition: Int
    /// The end of the last whole batch.
    var end = 0
    /// The offset of the next record.
    var endOffset: Int64
    var times = EventLogTimes()
    /// The highest sequence of each producer, as the table at the beginning and the batches say.
    var producers: [UInt64: UInt64] = [:]
    /// Whether the segment begins with a table of producers.
    var hasTable = false
    var index: [UInt8] = []
    var indexEnd = 0
    var repairs: [EventLogRepair] = []

    /// Walks the segment that begins at offset `base` and checks every batch.
    ///
    /// A torn end is left out and noted; the caller cuts it off.
    /// - Parameters:
    ///   - partition: What the segment is of, for what is noted.
    ///   - committed: The first offset that readers have not been let to: what is missing before it is damage,
    ///     no torn end.
    /// - Throws: ``StreamError`` with code `malformedInput` at damage, unless it is to be skipped.
    init(
        _ window: SegmentWindow, base: Int64, partition: Int, damage: EventLogDamage,
        committed: Int64 = 0
    ) throws {
        self.partition = partition
        endOffset = base
        let size = try window.size()
        while end < size {
            if let header = try window.header(at: end, limit: size),
                header.baseOffset == endOffset,
                let payload = try window.payload(of: header, at: end, limit: size)
            {
                take(header, payload)
                continue
            }
            let durable = try Self.durableEnd(window, from: end + 1, endOffset, size)
            guard durable > end,
                let next = try window.wholeBatch(
                    from: end + 1, notBefore: endOffset, limit: size)
            else {
                if damage == .fail, endOffset < committed {
                    throw Self.damaged(window.path, end, endOffset)
                }
                note(window, size - end, isTornEnd: true, upTo: committed)
                return
            }
            if damage == .fail { throw Self.damaged(window.path, end, endOffset) }
            note(window, next.position - end, isTornEnd: false, upTo: next.header.baseOffset)
            end = next.position
            endOffset = next.header.baseOffset
        }
        if endOffset < committed {
            if damage == .fail { throw Self.damaged(window.path, end, endOffset) }
            note(window, 0, isTornEnd: true, upTo: committed)
        }
    }

    /// Walks the headers alone, up to the first damage.
    init(headersOf window: SegmentWindow, base: Int64, partition: Int) throws {
        self.partition = partition
        endOffset = base
        let size = try window.size()
        while let header = try window.header(at: end, limit: size), header.baseOffset >= endOffset {
            var table: UnsafeRawBufferPointer?
            if header.isTable { table = try window.payload(of: header, at: end, limit: size) }
            take(header, table ?? UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    private mutating func take(_ header: EventLogHeader, _ payload: UnsafeRawBufferPointer) {
        if end - indexEnd >= SegmentIndex.stride {
            SegmentIndex.append(indexEntry, to: &index)
            indexEnd = end
        }
        if header.isTable {
            hasTable = hasTable || end == 0
            for (id, sequence) in ProducerTable.entries(payload) { remember(id, sequence) }
        } else {
            times.add(header.times)
            if header.hasProducer { remember(header.producer, header.sequence) }
        }
        end += header.batchBytes
        endOffset = header.endOffset
    }

    /// The entry for the place behind what was walked.
    var indexEntry: SegmentIndex.Entry {
        SegmentIndex.Entry(offset: endOffset, position: end, greatestBefore: times.greatest)
    }

    private mutating func remember(_ producer: UInt64, _ sequence: UInt64) {
        producers[producer] = max(producers[producer] ?? 0, sequence)
    }

    private mutating func note(
        _ window: SegmentWindow, _ byteCount: Int, isTornEnd: Bool, upTo offset: Int64
    ) {
        let lost = EventLogGap(partition: partition, offsets: endOffset..<max(endOffset, offset))
        repairs.append(
            EventLogRepair(
                path: window.path, position: end, byteCount: byteCount, isTornEnd: isTornEnd,
                lost: lost))
    }

    /// Up to where the file was durable when the last whole batch behind `position` was written; 0 if there
    /// is none.
    private static func durableEnd(
        _ window: SegmentWindow, from position: Int, _ offset: Int64, _ size: Int
    ) throws -> Int {
        var durable = 0
        var position = position
        var offset = offset
        while let found = try window.wholeBatch(from: position, notBefore: offset, limit: size) {
            durable = max(durable, found.position - Int(found.header.unsyncedBytes))
            position = found.position + found.header.batchBytes
            offset = found.header.endOffset
        }
        return durable
    }

    static func damaged(_ path: String, _ position: Int, _ offset: Int64) -> StreamError {
        StreamError(
            .malformedInput,
            "the batch of the records from offset \(offset) on is damaged; restore the file, or skip "
                + "what is damaged and lose its records",
            place: "'\(path)' byte \(position)", cause: StorageFault.damagedRecords)
    }
}

/// The payload of a table of producers.
enum ProducerTable {
    static func payload(_ producers: [UInt64: UInt64]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (id, sequence) in producers.sorted(by: { $0.key < $1.key }) {
            withUnsafeBytes(of: (id.littleEndian, sequence.littleEndian)) {
                bytes.append(contentsOf: $0)
            }
        }
        return bytes
    }

    static func entries(_ payload: UnsafeRawBufferPointer) -> [(id: UInt64, sequence: UInt64)] {
        stride(from: 0, to: payload.count - payload.count % 16, by: 16).map { start in
            (
                UInt64(
                    littleEndian: payload.loadUnaligned(fromByteOffset: start, as: UInt64.self)),
                UInt64(
                    littleEndian: payload.loadUnaligned(
                        fromByteOffset: start + 8, as: UInt64.self))
            )
        }
    }
}
