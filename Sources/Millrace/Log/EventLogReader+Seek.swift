extension EventLogReader {
    static func marks(of directory: LogDirectory, _ partition: Int) throws -> CommitMarks {
        guard let count = try directory.partitionCount(),
            let file = try directory.files.openExisting(directory.marksPath)
        else {
            throw StreamError(.inputOutput, "there is no event log at '\(directory.path)'")
        }
        guard 0..<count ~= partition else {
            throw StreamError(
                .inputOutput,
                "the event log '\(directory.path)' has \(count) partitions, but no \(partition)")
        }
        return CommitMarks(file: file, path: directory.marksPath)
    }

    /// The oldest segment. Tried again if retention removes it meanwhile.
    static func openFirst(
        _ directory: LogDirectory, _ partition: Int
    ) throws -> (Int64, SegmentWindow) {
        while true {
            guard let base = try directory.segments(of: partition).first else {
                throw StreamError(
                    .inputOutput, "'\(directory.partitionPath(partition))' holds no segment")
            }
            let path = directory.segmentPath(partition, base)
            if let file = try directory.files.openExisting(path) {
                return (base, SegmentWindow(file, path))
            }
        }
    }

    func seek(to offset: Int64, _ mark: CommitMarks.Mark) throws {
        if offset < 0 || offset > mark.endOffset {
            throw StreamError(
                .inputOutput,
                "there is no offset \(offset): the partition ends at \(mark.endOffset)",
                place: "'\(directory.path)' partition \(partition)",
                cause: StorageFault.offsetOutOfRange)
        }
        // A segment behind the mark has been begun, and nothing in it is committed.
        let bases = try directory.segments(of: partition).filter {
            $0 > segment && $0 <= min(offset, mark.segment)
        }
        for base in bases.reversed() where try enter(base) { break }
        cursor.next = offset
        if offset < segment { return try passGap(to: segment) }
        let entries = try SegmentIndex.entries(of: segment, partition: partition, in: directory)
        // Where the index leads is looked at again, by the header that should be there.
        for entry in entries.reversed() where entry.offset <= offset {
            if try isBatch(entry, try bound(mark)) {
                position = entry.position
                break
            }
        }
    }

    /// Goes to the first record, in the order of the log, with this time or a later one.
    func seek(to time: Timestamp, _ mark: CommitMarks.Mark) throws {
        for base in try directory.segments(of: partition) {
            if base > mark.segment { break }
            if base > segment, try !enter(base) { continue }
            if try seekInSegment(to: time.millis, try bound(mark)) { return }
        }
        try seek(to: mark.endOffset, mark)
    }

    private func seekInSegment(to time: Int64, _ bound: Int) throws -> Bool {
        let entries = try SegmentIndex.entries(of: segment, partition: partition, in: directory)
        if let last = entries.last, last.position == bound, last.greatestBefore < time {
            return false
        }
        cursor.next = segment
        position = 0
        limit = bound
        // Everything before an entry whose greatest timestamp is too small can be left out.
        for entry in entries.reversed() where entry.greatestBefore < time {
            if try isBatch(entry, bound) {
                position = entry.position
                cursor.next = entry.offset
                break
            }
        }
        while let header = try window.header(at: position, limit: bound) {
            if !header.isTable, header.times.greatest >= time, header.times.greatest != .min {
                cursor.next = header.baseOffset
                return try seekInBatch(to: time)
            }
            position += header.batchBytes
            cursor.next = header.endOffset
        }
        // What follows damage is read from there on, so that nothing is missed.
        return position < bound
    }

    private func seekInBatch(to time: Int64) throws -> Bool {
        guard try advance() else { return false }
        while cursor.count > 0 {
            let before = cursor
            guard let record = cursor.take() else { throw inconsistent() }
            if record.timestamp.millis >= time {
                cursor = before
                return true
            }
        }
        return true
    }

    /// Goes to the beginning of a segment, if it is still there.
    private func enter(_ base: Int64) throws -> Bool {
        let path = directory.segmentPath(partition, base)
        guard let file = try directory.files.openExisting(path) else { return false }
        segment = base
        window = SegmentWindow(file, path)
        position = 0
        limit = 0
        cursor.next = base
        return true
    }

    /// Up to where the segment may be read.
    private func bound(_ mark: CommitMarks.Mark) throws -> Int {
        mark.segment == segment ? mark.position : try window.size()
    }

    private func isBatch(_ entry: SegmentIndex.Entry, _ bound: Int) throws -> Bool {
        try window.header(at: entry.position, limit: bound)?.baseOffset == entry.offset
    }
}
