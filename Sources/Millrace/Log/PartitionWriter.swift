/// Writes the segments of one partition, in order.
struct PartitionWriter {
    struct Segment: Equatable {
        /// Its first offset.
        var base: Int64
        var byteCount: Int
        /// The greatest timestamp of its records.
        var greatest: Int64
    }

    let directory: LogDirectory
    let partition: Int
    let segmentBytes: Int
    /// The segments that there are; the last one is written.
    private(set) var segments: [Segment]
    private(set) var endOffset: Int64
    /// The highest sequence of each producer that has been written.
    private(set) var producers: [UInt64: UInt64]
    private var file: any StoredFile
    private var indexFile: any StoredFile
    /// How many bytes of the file are durable.
    private var syncedBytes: Int
    /// The index entries that have not been written.
    private var index: [UInt8] = []
    private var indexFileBytes: Int
    /// The place of the last index entry.
    private var indexEnd: Int

    /// What readers may see once the group is safe.
    var mark: CommitMarks.Mark {
        CommitMarks.Mark(segment: segments[last].base, position: position, endOffset: endOffset)
    }
    private var last: Int { segments.count - 1 }
    private var position: Int { segments[last].byteCount }

    /// Writes batches behind the others, beginning new segments where they are needed.
    ///
    /// - Parameters:
    ///   - bytes: The batches, with room for their headers, which are filled in.
    ///   - headers: The headers but for checksums and unsynced bytes.
    mutating func write(_ bytes: inout [UInt8], _ headers: inout [EventLogHeader]) throws {
        var runStart = 0
        var next = 0
        for number in headers.indices {
            let size = headers[number].batchBytes
            let isFirst = segments[last].base == headers[number].baseOffset
            if position + size > segmentBytes, !isFirst {
                try writeRun(bytes, runStart..<next)
                runStart = next
                try roll(to: headers[number].baseOffset)
            }
            complete(&headers[number], in: &bytes, at: next)
            next += size
        }
        try writeRun(bytes, runStart..<next)
        if !index.isEmpty { try writeIndex() }
    }

    /// Fills in what a header could not know before, and counts the batch as part of the segment.
    private mutating func complete(
        _ header: inout EventLogHeader, in bytes: inout [UInt8], at start: Int
    ) {
        header.unsyncedBytes = UInt32(clamping: position - syncedBytes)
        bytes.withUnsafeMutableBytes { all in
            let batch = UnsafeMutableRawBufferPointer(
                rebasing: all[start..<start + header.batchBytes])
            header.payloadChecksum = CRC32C.checksum(
                UnsafeRawBufferPointer(rebasing: batch[EventLogHeader.byteCount...]))
            header.store(to: batch)
        }
        if position - indexEnd >= SegmentIndex.stride {
            SegmentIndex.append(
                SegmentIndex.Entry(
                    offset: header.baseOffset, position: position,
                    greatestBefore: segments[last].greatest), to: &index)
            indexEnd = position
        }
        if header.hasProducer { producers[header.producer] = header.sequence }
        segments[last].greatest = max(segments[last].greatest, header.times.greatest)
        segments[last].byteCount += header.batchBytes
        endOffset = header.endOffset
    }

    /// Writes batches that have been counted already.
    private func writeRun(_ bytes: [UInt8], _ range: Range<Int>) throws {
        if range.isEmpty { return }
        try bytes.withUnsafeBytes {
            try file.write(
                UnsafeRawBufferPointer(rebasing: $0[range]), at: Int64(position - range.count))
        }
    }

    private mutating func writeIndex() throws {
        try indexFile.write(index, at: Int64(indexFileBytes))
        indexFileBytes += index.count
        index.removeAll(keepingCapacity: true)
    }

    /// Makes durable what has been written.
    mutating func sync() throws {
        if syncedBytes == position { return }
        try file.sync()
        syncedBytes = position
    }

    /// Closes the segment and begins the next one, whose first batch is the table of producers.
    private mutating func roll(to base: Int64) throws {
        // Whatever the durability: only the last segment can have a torn end.
        try sync()
        SegmentIndex.append(
            SegmentIndex.Entry(
                offset: endOffset, position: position, greatestBefore: segments[last].greatest),
            to: &index)
        try writeIndex()
        try begin(base)
    }

    private mutating func begin(_ base: Int64) throws {
        let files = directory.files
        file = try files.open(directory.segmentPath(partition, base), .replace)
        indexFile = try files.open(directory.indexPath(partition, base), .replace)
        indexFileBytes = 0
        indexEnd = 0
        syncedBytes = 0
        endOffset = base
        segments.append(Segment(base: base, byteCount: 0, greatest: .min))
        try writeTable()
        try files.syncDirectory(directory.partitionPath(partition))
    }

    /// Writes the table of producers at the beginning of an empty segment.
    private mutating func writeTable() throws {
        let payload = ProducerTable.payload(producers)
        var header = EventLogHeader()
        header.flags = EventLogHeader.isTableFlag
        header.payloadBytes = UInt32(payload.count)
        header.count = UInt32(producers.count)
        header.baseOffset = endOffset
        var bytes = [UInt8](repeating: 0, count: EventLogHeader.byteCount) + payload
        complete(&header, in: &bytes, at: 0)
        try writeRun(bytes, 0..<bytes.count)
        try sync()
    }

    /// Removes the segments that retention does not keep.
    /// - Returns: How many.
    mutating func retain(_ retention: EventLogOptions.Retention, now: Timestamp) throws -> Int {
        var total = segments.reduce(0) { $0 + $1.byteCount }
        let oldest = retention.age.map { (now - $0).millis } ?? .min
        var count = 0
        while count < last {
            let segment = segments[count]
            let isOld = segment.greatest != .min && segment.greatest < oldest
            guard isOld || total > retention.bytesPerPartition ?? .max else { break }
            total -= segment.byteCount
            count += 1
        }
        for _ in 0..<count {
            let base = segments.removeFirst().base
            try directory.files.remove(directory.segmentPath(partition, base))
            try directory.files.remove(directory.indexPath(partition, base))
            // One after the other: a crash must not bring an older one back and leave a gap.
            try directory.files.syncDirectory(directory.partitionPath(partition))
        }
        return count
    }
}

extension PartitionWriter {
    /// Opens a partition, creating or repairing it.
    ///
    /// - Parameters:
    ///   - committed: Up to where readers have been let, if that is known.
    ///   - repairs: Takes what was repaired.
    /// - Throws: ``StreamError``: `inputOutput`, or `malformedInput` at damage that is not to be skipped.
    init(
        _ directory: LogDirectory, partition: Int, options: EventLogOptions,
        committed: CommitMarks.Mark?, repairs: inout [EventLogRepair]
    ) throws {
        let files = directory.files
        try files.createDirectory(directory.partitionPath(partition))
        let bases = try directory.segments(of: partition)
        let base = bases.last ?? 0
        self.directory = directory
        self.partition = partition
        segmentBytes = options.segmentBytes
        let path = directory.segmentPath(partition, base)
        file = try files.open(path, .update)
        indexFile = try files.open(directory.indexPath(partition, base), .replace)

        // What was not made durable may be gone after a crash although readers have seen it.
        let isDurable = options.durability == .fsync
        let scan = try SegmentScan(
            SegmentWindow(file, path), base: base, partition: partition, damage: options.damage,
            committed: isDurable ? committed?.endOffset ?? 0 : 0)
        repairs += scan.repairs
        endOffset = scan.endOffset
        producers = scan.producers
        segments = try bases.dropLast().map {
            try Self.sealedSegment($0, partition: partition, in: directory)
        }
        segments.append(
            Segment(base: base, byteCount: scan.end, greatest: scan.times.greatest))
        if scan.repairs.contains(where: \.isTornEnd) { try file.truncate(to: Int64(scan.end)) }
        try file.sync()
        syncedBytes = scan.end
        index = scan.index
        indexFileBytes = 0
        indexEnd = scan.indexEnd
        try writeIndex()

        if !scan.hasTable, let previous = bases.dropLast().last {
            try learnProducers(from: previous)
        }
        if scan.end == 0 { try writeTable() }
        try files.syncDirectory(directory.partitionPath(partition))
        // The numbers of lost records are not given again: who has read them goes on behind them.
        if let end = scan.repairs.last?.lost.offsets.upperBound, end > endOffset {
            try roll(to: end)
        }
    }

    /// The table at the beginning of the last segment was lost; the segment before it has the same.
    private mutating func learnProducers(from base: Int64) throws {
        let path = directory.segmentPath(partition, base)
        guard let file = try directory.files.openExisting(path) else { return }
        let scan = try SegmentScan(
            headersOf: SegmentWindow(file, path), base: base, partition: partition)
        producers.merge(scan.producers, uniquingKeysWith: max)
    }

    private static func sealedSegment(
        _ base: Int64, partition: Int, in directory: LogDirectory
    ) throws -> Segment {
        let path = directory.segmentPath(partition, base)
        guard let file = try directory.files.openExisting(path) else {
            return Segment(base: base, byteCount: 0, greatest: .min)
        }
        let size = Int(try file.size())
        let entries = try SegmentIndex.entries(of: base, partition: partition, in: directory)
        if let last = entries.last, last.position == size {
            return Segment(base: base, byteCount: size, greatest: last.greatestBefore)
        }
        let scan = try SegmentScan(
            headersOf: SegmentWindow(file, path), base: base, partition: partition)
        return Segment(base: base, byteCount: size, greatest: scan.times.greatest)
    }
}
