internal import Synchronization

/// Writes for one instance of an ``EventLogSink``.
public struct EventLogSinkWriter<Element: Sendable>: TransactionalSinkWriter {
    private let log: EventLog
    /// Where records wait for their checkpoint; `nil` without checkpoints.
    private let staging: EventLogStaging?
    private let gather: EventLogSink<Element>.Gather
    private var records: EventLogRecords

    init(
        _ log: EventLog, _ staging: EventLogStaging?,
        gather: @escaping EventLogSink<Element>.Gather
    ) {
        self.log = log
        self.staging = staging
        self.gather = gather
        records = EventLogRecords(partitions: log.partitionCount)
    }

    public mutating func write(_ batch: inout Batch<Element>) throws { try gather(batch, &records) }

    /// From 1 MiB on.
    public var isFull: Bool { records.byteCount >= 1 << 20 }

    public mutating func flush() async throws {
        if staging == nil { return try await append() }
        // A checkpoint's records in few large pieces, not one for each time that nothing comes.
        if isFull { try stage() }
    }

    public mutating func close() async throws {
        if staging == nil { try await append() }
        try log.sync()
    }

    private mutating func append() async throws {
        if records.byteCount == 0 { return }
        try await log.append(records.batches)
        records.removeAll()
    }

    private mutating func stage() throws {
        try staging?.stage(records.batches)
        records.removeAll()
    }

    public mutating func prepare(checkpoint: UInt64) async throws -> EventLogTransaction {
        try stage()
        return try staging?.prepare(checkpoint) ?? EventLogTransaction()
    }

    public mutating func commit(_ transaction: EventLogTransaction) async throws {
        try staging?.commit(transaction)
    }

    public mutating func recover(_ transactions: [EventLogTransaction]) async throws {
        try staging?.recover(transactions)
    }
}

extension EventLog {
    /// Appends a batch to each partition; returns when all are safe.
    func append(_ batches: [EventLogBatch]) async throws {
        let group = try queue.withLock { queue in
            for (partition, batch) in batches.enumerated() where !batch.isEmpty {
                _ = try queue.add(batch, to: partition, from: nil)
            }
            return queue.group
        }
        try await settle(group)
    }

    /// The highest sequence of a producer in any partition; `nil` if there is none.
    func lastSequence(of producer: UInt64) -> UInt64? {
        queue.withLock { queue in queue.pending.compactMap { $0.producers[producer] }.max() }
    }
}
