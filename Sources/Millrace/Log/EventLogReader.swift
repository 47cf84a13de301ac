/// Reads the records of one partition of an event log, in order.
///
/// ```swift
/// let reader = try EventLogReader(at: "events", partition: 0, from: .earliest)
/// while try reader.read(limit: 1000, { record in print(record.offset, record.value.count) }) > 0 {}
/// ```
/// Needs no writer, and may be in another process. Sees what was acknowledged, and nothing beyond it.
/// Whole batches are checked by their checksums before the first record is handed out, and the records are
/// handed out in place: nothing is allocated per record. Used by one task at a time.
public final class EventLogReader {
    let directory: LogDirectory
    let partition: Int
    let damage: EventLogDamage
    let marks: CommitMarks
    @usableFromInline var cursor: EventLogCursor
    /// Whether records are being handed out, whose memory must stay.
    @usableFromInline var isReading = false
    /// The first offset of the segment that is read.
    var segment: Int64
    var window: SegmentWindow
    /// Where in the segment the next batch begins.
    var position = 0
    /// Up to where the segment may be read, as far as is known.
    var limit = 0
    /// How many records should have been there and were not: damaged, or removed by retention. Counted only
    /// where they are skipped.
    public internal(set) var skippedCount: Int64 = 0
    /// Told which they are.
    let skipped: (EventLogGap) -> Void

    /// Opens a partition.
    ///
    /// - Parameters:
    ///   - path: The log's directory.
    ///   - partition: The partition, from 0.
    ///   - start: Where reading begins.
    ///   - damage: What is done where records are missing: damaged ones, or ones that retention has
    ///     removed before they were read.
    ///   - files: The files that the log is in.
    ///   - skipped: Told which records are missing, once for each gap that is passed.
    /// - Throws: ``StreamError``: `inputOutput` if there is no such log or partition, or the offset is not
    ///   there; `malformedInput` at damage. ``StreamError/storageFault`` tells damaged and missing records
    ///   and an offset behind the end apart.
    public convenience init(
        at path: String, partition: Int, from start: EventLogStart = .earliest,
        damage: EventLogDamage = .fail, files: any FileSystem = SystemFileSystem(),
        skipped: @escaping (EventLogGap) -> Void = { _ in }
    ) throws {
        try self.init(
            LogDirectory(path: path, files: files), partition: partition, from: start,
            damage: damage, skipped: skipped)
    }

    init(
        _ directory: LogDirectory, partition: Int, from start: EventLogStart,
        damage: EventLogDamage, skipped: @escaping (EventLogGap) -> Void = { _ in }
    ) throws {
        self.skipped = skipped
        self.directory = directory
        self.partition = partition
        self.damage = damage
        marks = try Self.marks(of: directory, partition)
        (segment, window) = try Self.openFirst(directory, partition)
        cursor = EventLogCursor(next: segment)
        let mark = try marks.read(partition: partition)
        switch start {
        case .earliest: break
        case .latest: try seek(to: mark.endOffset, mark)
        case .offset(let offset): try seek(to: offset, mark)
        case .time(let time): try seek(to: time, mark)
        }
    }

    /// The number of the next record: where to go on.
    public var offset: Int64 { cursor.next }

    /// The offset behind the newest record that may be read.
    /// - Throws: ``StreamError`` if it cannot be read.
    public func endOffset() throws -> Int64 { try marks.read(partition: partition).endOffset }

    /// Hands up to `limit` records to `body`, in order; never waits.
    ///
    /// If `body` throws, the record counts as read. It must not call the reader.
    ///
    /// - Returns: How many records there were; 0 if there is none now.
    /// - Throws: What `body` throws, and ``StreamError``: `malformedInput` naming file and byte of a
    ///   damaged batch, `inputOutput` if retention has removed the next record or a file cannot be read.
    /// - Complexity: O(*n*) in the number of bytes, each of which is read and checked once.
    @inlinable
    public func read(limit: Int, _ body: (EventLogRecord) throws -> Void) throws -> Int {
        precondition(!isReading, "a record's closure must not read from its reader")
        var count = 0
        while count < limit {
            if cursor.count == 0, try !advance() { break }
            try handOut(min(cursor.count, limit - count), &count, body)
        }
        return count
    }

    /// Hands out records of the batch that is in memory.
    @inlinable @inline(__always)
    func handOut(
        _ wanted: Int, _ count: inout Int, _ body: (EventLogRecord) throws -> Void
    ) throws {
        // The loop works on a copy: a class's fields would be checked and written for every record.
        var cursor = cursor
        isReading = true
        defer {
            self.cursor = cursor
            isReading = false
        }
        for _ in 0..<wanted {
            guard let record = cursor.take() else { throw inconsistent() }
            count &+= 1
            try body(record)
        }
    }

    /// The checksum is right and the content is not: not damaged, but written wrongly.
    @usableFromInline @inline(never)
    func inconsistent() -> StreamError { SegmentScan.damaged(window.path, position, cursor.next) }

    /// Names the partition, for messages.
    @usableFromInline var origin: String { "'\(directory.path)' partition \(partition)" }
}

/// A place among the records of a batch that is in memory.
@usableFromInline
struct EventLogCursor {
    /// The offset of the next record.
    @usableFromInline var next: Int64
    // Safety: behind `place` are `byteCount` bytes of the window's memory, which is not moved before
    // the batch's records are used up.
    @usableFromInline var place: UnsafeRawPointer?
    @usableFromInline var byteCount = 0
    /// How many records of the batch are left.
    @usableFromInline var count = 0

    init(next: Int64) { self.next = next }

    /// The next record; `nil` if there is no whole one.
    @inlinable @inline(__always)
    mutating func take() -> EventLogRecord? {
        guard byteCount >= 16, let place else { return nil }
        let record = EventLogRecord(place, offset: next)
        let size = record.byteCount
        guard size <= byteCount else { return nil }
        self.place = place + size
        byteCount &-= size
        count &-= 1
        next &+= 1
        return record
    }
}
