/// What has been appended to a log and not been written, and who waits for it.
///
/// Appends join the current *group*. A group is written and made durable as a whole, by one of those who
/// wait for it, its leader; meanwhile the next group gathers.
struct AppendQueue {
    /// The records of one partition that wait to be written.
    struct Pending {
        /// Batches as they will be on disk, with room for the headers.
        var bytes: [UInt8] = []
        var headers: [EventLogHeader] = []
        /// Whether single records may join the last batch.
        var isOpen = false
        var endOffset: Int64
        /// The highest sequence of each producer, written or not.
        var producers: [UInt64: UInt64]
    }

    struct Waiter {
        var group: UInt64
        var continuation: CheckedContinuation<Role, Never>
    }

    /// What one who waits for a group has to do.
    enum Role {
        /// The group is safe.
        case done
        /// It, and everything after it, could not be written.
        case failed(StreamError)
        /// Write the groups that wait.
        case lead
    }

    var pending: [Pending]
    /// The group that appends join.
    var group: UInt64 = 1
    /// The last group that is safe.
    private(set) var safeGroup: UInt64 = 0
    private var hasLeader = false
    private var waiters: [Waiter] = []
    /// Why nothing can be written any more.
    private(set) var failure: StreamError?
    var nextPartition = 0
    var pendingBytes = 0

    /// Batches of single records are closed at this size.
    static let openBatchBytes = 64 << 10

    init(_ partitions: [PartitionWriter]) {
        pending = partitions.map { Pending(endOffset: $0.endOffset, producers: $0.producers) }
    }

    /// Adds a batch. Gives the offset of its first record; `nil` if the producer had appended that already.
    mutating func add(
        _ batch: EventLogBatch, to partition: Int, from producer: EventLogProducer?
    ) throws -> Int64? {
        if let failure { throw failure }
        var header = EventLogHeader()
        if let producer {
            if let known = pending[partition].producers[producer.id], producer.sequence <= known {
                return nil
            }
            header.flags = EventLogHeader.hasProducerFlag
            header.producer = producer.id
            header.sequence = producer.sequence
        }
        let offset = pending[partition].endOffset
        if batch.isEmpty { return offset }
        if let producer { pending[partition].producers[producer.id] = producer.sequence }
        header.payloadBytes = UInt32(batch.bytes.count)
        header.count = UInt32(batch.count)
        header.baseOffset = offset
        header.times = batch.times
        pending[partition].begin(header)
        pending[partition].bytes += batch.bytes
        pending[partition].isOpen = false
        pending[partition].endOffset += Int64(batch.count)
        pendingBytes += header.batchBytes
        return offset
    }

    /// Adds one record to the open batch of a partition. Gives its offset.
    mutating func add(
        _ value: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer?, at timestamp: Timestamp,
        to partition: Int
    ) throws -> Int64 {
        if let failure { throw failure }
        let size = EventLogBatch.recordBytes(key: key, value: value)
        if size > EventLogBatch.maximumByteCount { throw EventLogBatch.tooLarge(size) }
        let offset = pending[partition].add(value, key: key, at: timestamp, size: size)
        pendingBytes += size
        return offset
    }

    /// The partition for a record without key: each in turn.
    mutating func takeTurn() -> Int {
        nextPartition = nextPartition + 1 == pending.count ? 0 : nextPartition + 1
        return nextPartition
    }
}

extension AppendQueue.Pending {
    mutating func begin(_ header: EventLogHeader) {
        headers.append(header)
        bytes.append(contentsOf: repeatElement(0, count: EventLogHeader.byteCount))
    }

    mutating func add(
        _ value: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer?, at timestamp: Timestamp,
        size: Int
    ) -> Int64 {
        let offset = endOffset
        if !isOpen {
            var header = EventLogHeader()
            header.baseOffset = offset
            begin(header)
            isOpen = true
        }
        EventLogBatch.write(value, key: key, at: timestamp, to: &bytes)
        let last = headers.count - 1
        headers[last].payloadBytes += UInt32(size)
        headers[last].count += 1
        headers[last].times.add(timestamp.millis)
        if headers[last].payloadBytes >= AppendQueue.openBatchBytes { isOpen = false }
        endOffset += 1
        return offset
    }
}

// MARK: - Groups

extension AppendQueue {
    /// Takes part in a group: says what to do at once, or `nil` if there is to be waited.
    mutating func join(_ group: UInt64) -> Role? {
        if safeGroup >= group { return .done }
        if let failure { return .failed(failure) }
        if hasLeader { return nil }
        hasLeader = true
        return .lead
    }

    mutating func wait(for group: UInt64, _ continuation: CheckedContinuation<Role, Never>) {
        waiters.append(Waiter(group: group, continuation: continuation))
    }

    /// Closes the current group: what is appended from now on joins the next one. Exchanges the pending
    /// bytes of a partition for empty storage.
    mutating func exchange(
        _ partition: Int, _ bytes: inout [UInt8], _ headers: inout [EventLogHeader]
    ) {
        swap(&pending[partition].bytes, &bytes)
        swap(&pending[partition].headers, &headers)
        pending[partition].isOpen = false
    }

    /// Notes that the groups up to `group` are safe, or that nothing more can be written.
    /// - Returns: Those whose waiting is over.
    mutating func finish(_ result: Result<UInt64, StreamError>) -> [Waiter] {
        switch result {
        case .success(let group):
            safeGroup = max(safeGroup, group)
            let safe = safeGroup
            let done = waiters.filter { $0.group <= safe }
            if !done.isEmpty { waiters.removeAll { $0.group <= safe } }
            return done
        case .failure(let error):
            if failure == nil { failure = error }
            defer { waiters.removeAll() }
            return waiters
        }
    }

    /// The leader has done its part: the next one who waits leads, if there is any.
    mutating func passLead() -> Waiter? {
        if waiters.isEmpty {
            hasLeader = false
            return nil
        }
        return waiters.removeFirst()
    }
}
