extension EventLogReader {
    /// Brings the batch with the next record into memory.
    /// - Returns: `false` if there is none yet.
    @usableFromInline @inline(never)
    func advance() throws -> Bool {
        while true {
            if position >= limit, try !extend() { return false }
            if position >= limit { continue }
            guard let header = try window.header(at: position, limit: limit) else {
                try passDamage(nil)
                continue
            }
            if header.isTable || header.endOffset <= cursor.next {
                position += header.batchBytes
                continue
            }
            guard let payload = try window.payload(of: header, at: position, limit: limit) else {
                try passDamage(header)
                continue
            }
            if header.baseOffset > cursor.next { try passGap(to: header.baseOffset) }
            position += header.batchBytes
            try enter(payload, header)
            return true
        }
    }

    /// Makes the records of a batch, from the next one on, those to be handed out.
    private func enter(_ payload: UnsafeRawBufferPointer, _ header: EventLogHeader) throws {
        let wanted = cursor.next
        cursor.place = payload.baseAddress
        cursor.byteCount = payload.count
        cursor.count = Int(header.count)
        cursor.next = header.baseOffset
        while cursor.next < wanted {
            guard cursor.take() != nil else { throw inconsistent() }
        }
    }

    /// Finds out whether there is more to read in the segment, or a next segment.
    /// - Returns: `false` if everything that is committed has been read.
    private func extend() throws -> Bool {
        let mark = try marks.read(partition: partition)
        if mark.segment == segment {
            limit = mark.position
            if position < limit { return true }
            if cursor.next < mark.endOffset { try passGap(to: mark.endOffset) }
            return false
        }
        if mark.segment < segment { return false }
        // The segment is full: nothing is written to it any more.
        limit = try window.size()
        if position < limit { return true }
        return try openSegment(after: segment)
    }

    private func openSegment(after base: Int64) throws -> Bool {
        while true {
            guard let following = try directory.segments(of: partition).first(where: { $0 > base })
            else { return false }
            // Retention may have removed it since; then there are later ones.
            let path = directory.segmentPath(partition, following)
            guard let file = try directory.files.openExisting(path) else { continue }
            if following > cursor.next { try passGap(to: following) }
            segment = following
            window = SegmentWindow(file, path)
            position = 0
            limit = 0
            return true
        }
    }

    /// The batch at `position` is damaged: fails, or goes on with the next whole one.
    private func passDamage(_ header: EventLogHeader?) throws {
        if damage == .fail { throw SegmentScan.damaged(window.path, position, cursor.next) }
        if let header {
            position += header.batchBytes
            return
        }
        let found = try window.wholeBatch(from: position + 1, notBefore: cursor.next, limit: limit)
        position = found?.position ?? limit
    }

    /// The records up to `offset` are missing: fails, or counts them.
    func passGap(to offset: Int64) throws {
        if damage == .fail { throw try missing(upTo: offset) }
        skippedCount += offset - cursor.next
        skipped(EventLogGap(partition: partition, offsets: cursor.next..<offset))
        cursor.next = offset
    }

    /// Why the next record cannot be read, though there are later ones.
    ///
    /// Retention removes from the beginning of a log alone. Between records that are there, some are missing
    /// where a writer has gone on behind damage, or where a file has been taken away.
    private func missing(upTo offset: Int64) throws -> StreamError {
        let isBeforeFirst = try directory.segments(of: partition).first.map { cursor.next < $0 }
        return StreamError(
            .inputOutput,
            isBeforeFirst == true
                ? "the records before offset \(offset) are gone, probably by retention; begin at the "
                    + "earliest one, or skip what is missing"
                : "the records before offset \(offset) are missing: removed, or lost to damage; restore "
                    + "their files, or skip what is missing and go on without them",
            place: "'\(directory.path)' partition \(partition) offset \(cursor.next)",
            cause: StorageFault.missingRecords)
    }
}
