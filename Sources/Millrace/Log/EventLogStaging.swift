/// Keeps the records of a sink's instance beside the log until their checkpoint is complete.
///
/// A commit appends them in the order in which they were staged, each batch as a step of this instance's
/// producer. The log knows its producers' last steps, so that a commit that was cut off by a crash goes on where
/// it was, and one that is repeated appends nothing.
final class EventLogStaging {
    private struct Stage {
        let name: String
        let file: any StoredFile
        var size: Int64 = 0
        var batchCount = 0
        var checksum = CRC32C()
    }

    private let log: EventLog
    private let files: any FileSystem
    private let instance: SinkInstance
    /// Names the sink in its files and to the log.
    private let sinkID: UInt64
    private let producer: UInt64
    /// The last step that has been prepared or is known to the log.
    private var lastStep: UInt64
    private var stage: Stage?
    private var stageNumber = 0

    init(_ log: EventLog, for instance: SinkInstance) {
        self.log = log
        self.instance = instance
        files = instance.files
        sinkID = instance.name.stableHash
        producer = sinkID.combining(UInt64(instance.index))
        lastStep = Self.knownStep(log, producer)
    }

    private static func knownStep(_ log: EventLog, _ producer: UInt64) -> UInt64 {
        (log.lastSequence(of: producer) ?? 0) >> EventLogTransaction.batchBits
    }

    private var folder: String { directory(of: log.path) }

    /// What the names of the sink's staged files begin with; the instance's number follows.
    private var prefix: String {
        ".\(fileName(of: log.path)).staged-\(String(sinkID, radix: 16))-"
    }

    // MARK: - Staging

    /// Keeps batches. If that fails, none of them is kept, and it may be tried again.
    func stage(_ batches: [EventLogBatch]) throws {
        let before = stage
        do { try add(batches) } catch {
            stage = before
            throw error
        }
    }

    private func add(_ batches: [EventLogBatch]) throws {
        for (partition, batch) in batches.enumerated() where !batch.isEmpty {
            var stage = try stage ?? begin()
            let header = StagedBatchHeader(batch, partition: partition).bytes
            try stage.file.write(header, at: stage.size)
            try stage.file.write(batch.bytes, at: stage.size + Int64(header.count))
            header.withUnsafeBytes { stage.checksum.update($0) }
            stage.size += Int64(header.count + batch.bytes.count)
            stage.batchCount += 1
            self.stage = stage
        }
    }

    /// The name is not that of a file that any checkpoint refers to: the step rises from run to run.
    private func begin() throws -> Stage {
        stageNumber += 1
        let name = "\(prefix)\(instance.index)-\(lastStep + 1)-\(stageNumber)"
        return Stage(name: name, file: try files.open("\(folder)/\(name)", .replace))
    }

    func prepare(_ checkpoint: UInt64) throws -> EventLogTransaction {
        var transaction = EventLogTransaction()
        guard let stage else { return transaction }
        try stage.file.sync()
        try files.syncDirectory(folder)
        self.stage = nil
        // Checkpoints are numbered from 1 where a run begins anew, but the log is the same.
        lastStep = max(checkpoint, lastStep + 1)
        transaction.stagedName = stage.name
        transaction.batchCount = stage.batchCount
        transaction.checksum = stage.checksum.value
        transaction.producer = producer
        transaction.step = lastStep
        return transaction
    }

    // MARK: - Committing

    func commit(_ transaction: EventLogTransaction) throws {
        if transaction.batchCount == 0 { return }
        let path = "\(folder)/\(transaction.stagedName)"
        guard let file = try files.openExisting(path) else {
            // It is removed when all of it is durable.
            let last = transaction.sequence(of: transaction.batchCount - 1)
            if log.lastSequence(of: transaction.producer) ?? 0 >= last { return }
            throw StreamError(
                .inputOutput,
                "the event log '\(log.path)' lacks committed records, and '\(path)', which held them, "
                    + "is gone; restore one of them, or begin without the checkpoint")
        }
        try append(file, transaction, path)
        try log.sync()
        try files.remove(path)
    }

    private func append(
        _ file: any StoredFile, _ transaction: EventLogTransaction, _ path: String
    ) throws {
        try checkHeaders(of: file, transaction, path)
        var position: Int64 = 0
        for number in 0..<transaction.batchCount {
            let header = try header(at: position, of: file, path)
            position += Int64(StagedBatchHeader.byteCount)
            let bytes = try file.read(header.payloadBytes, at: position)
            position += Int64(header.payloadBytes)
            guard bytes.withUnsafeBytes({ CRC32C.checksum($0) }) == header.payloadChecksum else {
                throw Self.damaged(path)
            }
            try log.enqueue(
                EventLogBatch(bytes: bytes, times: header.times, count: header.count),
                to: header.partition,
                from: EventLogProducer(
                    id: transaction.producer, sequence: transaction.sequence(of: number)))
        }
    }

    /// Before anything is appended: the file must be the one that was prepared.
    private func checkHeaders(
        of file: any StoredFile, _ transaction: EventLogTransaction, _ path: String
    ) throws {
        var position: Int64 = 0
        var checksum = CRC32C()
        for _ in 0..<transaction.batchCount {
            let header = try header(at: position, of: file, path)
            header.bytes.withUnsafeBytes { checksum.update($0) }
            position += Int64(StagedBatchHeader.byteCount + header.payloadBytes)
        }
        if checksum.value != transaction.checksum { throw Self.damaged(path) }
    }

    private func header(
        at position: Int64, of file: any StoredFile, _ path: String
    ) throws -> StagedBatchHeader {
        let bytes = try file.read(StagedBatchHeader.byteCount, at: position)
        guard bytes.count == StagedBatchHeader.byteCount else { throw Self.damaged(path) }
        let header = bytes.withUnsafeBytes { StagedBatchHeader($0) }
        guard header.payloadBytes <= EventLogBatch.maximumByteCount,
            header.partition < log.partitionCount
        else { throw Self.damaged(path) }
        return header
    }

    private static func damaged(_ path: String) -> StreamError {
        StreamError(
            .inputOutput,
            "'\(path)', which holds records for an event log, is damaged; restore it, or begin without "
                + "the checkpoint")
    }

    // MARK: - Recovery

    func recover(_ transactions: [EventLogTransaction]) throws {
        let kept = Set(transactions.map(\.stagedName))
        for name in try files.list(folder) where isOurs(name) && !kept.contains(name) {
            try files.remove("\(folder)/\(name)")
        }
        for transaction in transactions { try commit(transaction) }
        lastStep = max(lastStep, Self.knownStep(log, producer))
        try files.syncDirectory(folder)
    }

    /// Whether a file is one of this instance, or of an earlier one whose transactions it takes over.
    private func isOurs(_ name: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let number = name.dropFirst(prefix.count).prefix { $0 != "-" }
        return Int(number).map { $0 % instance.parallelism == instance.index } ?? false
    }
}
