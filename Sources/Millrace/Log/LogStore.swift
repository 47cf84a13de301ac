internal import Synchronization

/// The files of a log that is open for writing. One group is written at a time.
struct LogStore {
    private(set) var partitions: [PartitionWriter]
    private let options: EventLogOptions
    private let marks: CommitMarks
    /// Why nothing can be written any more.
    private var failure: StreamError?
    /// Holds the writer's lock; `nil` when it has been given up.
    private var lock: (any FileLock)?
    /// The marks that readers see.
    private var published: [CommitMarks.Mark]
    /// The last group that was taken from the queue.
    private var takenGroup: UInt64 = 0
    private var safeGroup: UInt64 = 0
    private var lastSync: Timestamp
    /// Storage that goes back and forth between the queue and the store.
    private var bytes: [[UInt8]]
    private var headers: [[EventLogHeader]]

    init(
        _ directory: LogDirectory, partitions count: Int, options: EventLogOptions,
        repairs: inout [EventLogRepair]
    ) throws {
        let files = directory.files
        try files.createDirectory(directory.path)
        let lock = try directory.lock()
        let existing = try directory.partitionCount()
        if let existing, existing != count {
            throw StreamError(
                .incompatibleState,
                "the event log '\(directory.path)' has \(existing) partitions, not \(count)")
        }
        let committed = try directory.committed(partitions: existing ?? 0)
        var partitions: [PartitionWriter] = []
        for partition in 0..<count {
            partitions.append(
                try PartitionWriter(
                    directory, partition: partition, options: options,
                    committed: committed.indices.contains(partition) ? committed[partition] : nil,
                    repairs: &repairs))
        }
        marks = CommitMarks(
            file: try files.open(directory.marksPath, .update), path: directory.marksPath)
        published = partitions.map(\.mark)
        for partition in 0..<count { try marks.write(published[partition], partition: partition) }
        try marks.file.sync()
        if existing == nil { try directory.writeMeta(partitions: count) }
        self.lock = lock
        self.partitions = partitions
        self.options = options
        lastSync = options.time.now()
        bytes = Array(repeating: [], count: count)
        headers = Array(repeating: [], count: count)
    }

    var isOpen: Bool { lock != nil }

    /// Gives up the log; further flushes fail with `error`.
    mutating func release(_ error: StreamError) {
        lock = nil
        failure = failure ?? error
    }

    /// Takes what waits in the queue, writes it and, if it is time, makes it durable.
    /// - Returns: The last group that is safe. After a failure, the same failure each time.
    mutating func flush(
        _ queue: borrowing Mutex<AppendQueue>, isDurable: Bool
    ) -> Result<UInt64, StreamError> {
        if let failure { return .failure(failure) }
        do {
            return .success(try write(queue, isDurable: isDurable))
        } catch {
            // Before anybody else can write behind what is missing.
            let failure =
                error as? StreamError
                ?? StreamError(.inputOutput, "the event log cannot be written", cause: error)
            self.failure = failure
            return .failure(failure)
        }
    }

    private mutating func write(
        _ queue: borrowing Mutex<AppendQueue>, isDurable: Bool
    ) throws -> UInt64 {
        takenGroup = queue.withLock { queue in
            for partition in partitions.indices {
                queue.exchange(partition, &bytes[partition], &headers[partition])
            }
            queue.pendingBytes = 0
            defer { queue.group += 1 }
            return queue.group
        }
        var hasRolled = false
        for partition in partitions.indices where !headers[partition].isEmpty {
            let before = partitions[partition].segments.count
            try partitions[partition].write(&bytes[partition], &headers[partition])
            if partitions[partition].segments.count > before { hasRolled = true }
            bytes[partition].removeAll(keepingCapacity: bytes[partition].count < Self.keptBytes)
            headers[partition].removeAll(keepingCapacity: true)
        }
        if isDurable || isSyncDue() {
            for partition in partitions.indices { try partitions[partition].sync() }
            lastSync = options.time.now()
        } else if options.durability == .fsync {
            return safeGroup
        }
        try publish()
        if hasRolled { _ = try retain() }
        safeGroup = takenGroup
        return safeGroup
    }

    private static let keptBytes = 32 << 20

    private func isSyncDue() -> Bool {
        guard case .fsyncEvery(let interval) = options.durability else { return false }
        // A clock that was set back must not put the next flush off.
        let now = options.time.now()
        return now < lastSync || now - lastSync >= interval
    }

    /// Lets readers see what is safe.
    private mutating func publish() throws {
        for partition in partitions.indices {
            let mark = partitions[partition].mark
            if mark == published[partition] { continue }
            try marks.write(mark, partition: partition)
            published[partition] = mark
        }
    }

    mutating func retain() throws -> Int {
        if options.retention == .forever { return 0 }
        var count = 0
        for partition in partitions.indices {
            count += try partitions[partition].retain(
                options.retention, now: options.time.now())
        }
        return count
    }
}
