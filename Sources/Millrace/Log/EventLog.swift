internal import Synchronization

/// Says that a batch is one step of a producer, so that repeating the step appends nothing.
///
/// Within a partition the sequences of a producer rise. A transactional sink uses its instance as the id
/// and its checkpoint's number as the sequence.
public struct EventLogProducer: Sendable, Hashable {
    /// Names the producer; the same after a restart.
    public var id: UInt64
    /// The number of the step; higher than all before it in the partition.
    public var sequence: UInt64

    /// A step of a producer.
    public init(id: UInt64, sequence: UInt64) {
        self.id = id
        self.sequence = sequence
    }
}

/// A durable, partitioned, append-only log of records in a directory: what a broker would be, inside the
/// process.
///
/// ```swift
/// let log = try EventLog(at: "events", partitions: 4)
/// let position = try await log.append(#"{"user":7}"#, key: "7", at: now)
/// ```
/// One process writes; any number of processes read, with ``EventLogReader`` or ``EventLogSource``, and
/// see only what has been acknowledged. Appends that come at the same time share one write and one
/// `fsync`. Records of a partition are numbered from 0 without gaps.
///
/// A log whose writing has failed refuses every further append with the same error: after a failed `fsync`
/// nobody knows what the device has. Opening it again goes by what the files hold then.
public final class EventLog: Sendable {
    /// The directory.
    public let path: String
    /// How many partitions there are.
    public let partitionCount: Int
    /// What opening had to repair; empty after a clean stop.
    public let repairs: [EventLogRepair]
    let options: EventLogOptions
    let queue: Mutex<AppendQueue>
    let store: Mutex<LogStore>

    /// Opens the log in a directory, or creates it, and becomes its writer.
    ///
    /// Batches that were being written when the last writer ended are cut off; see ``repairs``.
    ///
    /// - Parameters:
    ///   - path: The directory, which is created if it is not there.
    ///   - partitions: How many partitions the log has, at least 1; fixed when it is created.
    ///   - options: How the log is kept.
    ///   - files: The files that it is in.
    /// - Throws: ``StreamError``: `inputOutput` if another writer has the log or a file cannot be used,
    ///   `incompatibleState` if the log has another number of partitions or another format,
    ///   `malformedInput` if a batch is damaged that was safe (see ``EventLogOptions/damage``).
    public init(
        at path: String, partitions: Int, options: EventLogOptions = EventLogOptions(),
        files: any FileSystem = SystemFileSystem()
    ) throws {
        precondition(partitions > 0, "an event log has at least one partition")
        let directory = LogDirectory(path: path, files: files)
        var repairs: [EventLogRepair] = []
        let store = try LogStore(
            directory, partitions: partitions, options: options, repairs: &repairs)
        self.path = path
        partitionCount = partitions
        self.options = options
        self.repairs = repairs
        queue = Mutex(AppendQueue(store.partitions))
        self.store = Mutex(store)
    }

    /// The partition of a key: by its stable hash, the same in every process and release.
    public func partition(forKey key: UnsafeRawBufferPointer) -> Int {
        let hash = key.withMemoryRebound(to: UInt8.self) { stableHash(of: $0) }
        return Self.partition(forHash: hash, of: partitionCount)
    }

    static func partition(forHash hash: UInt64, of count: Int) -> Int {
        Int(hash.multipliedFullWidth(by: UInt64(count)).high)
    }

    // MARK: - Appending

    /// Appends one record and returns when it is safe, as ``EventLogOptions/durability`` says.
    ///
    /// Not undone by cancellation. Records that one task appends one after the other keep their order
    /// within a partition.
    ///
    /// - Parameters:
    ///   - value: The record's content.
    ///   - key: What belongs together: the records of one key are in one partition. Without key the
    ///     partitions take turns.
    ///   - timestamp: The event's time, or ``Timestamp/none``. Need not rise.
    /// - Returns: Where the record is.
    /// - Throws: ``StreamError`` with code `inputOutput` if the record is too large or nothing can be
    ///   written.
    @discardableResult
    public func append(
        _ value: [UInt8], key: [UInt8]? = nil, at timestamp: Timestamp = .none
    ) async throws -> EventLogPosition {
        let (position, group) = try value.withUnsafeBytes { value in
            guard let key else { return try enqueue(value, key: nil, at: timestamp) }
            return try key.withUnsafeBytes { try enqueue(value, key: $0, at: timestamp) }
        }
        try await settle(group)
        return position
    }

    /// Appends one record of UTF-8 text; see ``append(_:key:at:)-([UInt8],_,_)``.
    @discardableResult
    public func append(
        _ value: String, key: String? = nil, at timestamp: Timestamp = .none
    ) async throws -> EventLogPosition {
        var value = value
        let (position, group) = try value.withUTF8 { value in
            let value = UnsafeRawBufferPointer(value)
            guard var key else { return try enqueue(value, key: nil, at: timestamp) }
            return try key.withUTF8 {
                try enqueue(value, key: UnsafeRawBufferPointer($0), at: timestamp)
            }
        }
        try await settle(group)
        return position
    }

    /// Appends a batch and returns when it is safe, as ``EventLogOptions/durability`` says.
    ///
    /// Readers see all of its records or none. Not undone by cancellation.
    ///
    /// - Parameters:
    ///   - batch: The records. An empty batch appends nothing, and its sequence is not remembered.
    ///   - partition: Where to.
    ///   - producer: Whose step it is. If the partition has a batch of that producer with the same or a
    ///     higher sequence, the batch is acknowledged and not appended, also after a restart and after
    ///     retention. A producer is remembered for ever, at 16 bytes per segment.
    /// - Returns: Where the first record is; `nil` if the producer's step had been appended before.
    /// - Throws: ``StreamError`` with code `inputOutput` if nothing can be written.
    @discardableResult
    public func append(
        _ batch: EventLogBatch, to partition: Int, from producer: EventLogProducer? = nil
    ) async throws -> EventLogPosition? {
        precondition(0..<partitionCount ~= partition, "there is no partition \(partition)")
        let (offset, group) = try queue.withLock { queue in
            (try queue.add(batch, to: partition, from: producer), queue.group)
        }
        try await settle(group)
        return offset.map { EventLogPosition(partition: partition, offset: $0) }
    }

    /// Appends a batch without waiting: it is safe, and readers see it, only after the next ``sync()``.
    ///
    /// For code that cannot suspend. A step that is too large for one batch is cut the same way each time
    /// and appended with rising sequences. Memory stays bounded: from 16 MiB on, what waits is written.
    ///
    /// - Parameters: As for ``append(_:to:from:)``.
    /// - Returns: Where the first record will be; `nil` if the producer's step had been appended before.
    /// - Throws: ``StreamError`` with code `inputOutput` if nothing can be written.
    @discardableResult
    public func enqueue(
        _ batch: EventLogBatch, to partition: Int, from producer: EventLogProducer? = nil
    ) throws -> EventLogPosition? {
        precondition(0..<partitionCount ~= partition, "there is no partition \(partition)")
        let (offset, pendingBytes) = try queue.withLock { queue in
            (try queue.add(batch, to: partition, from: producer), queue.pendingBytes)
        }
        if pendingBytes >= Self.pendingLimitBytes { try flush(isDurable: false) }
        return offset.map { EventLogPosition(partition: partition, offset: $0) }
    }

    private static let pendingLimitBytes = 16 << 20

    private func enqueue(
        _ value: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer?, at timestamp: Timestamp
    ) throws -> (EventLogPosition, group: UInt64) {
        let keyed = key.map(partition(forKey:))
        return try queue.withLock { queue in
            let partition = keyed ?? queue.takeTurn()
            let offset = try queue.add(value, key: key, at: timestamp, to: partition)
            return (EventLogPosition(partition: partition, offset: offset), queue.group)
        }
    }
}
