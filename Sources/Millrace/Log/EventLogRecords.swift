/// Records on their way to an event log, gathered by partition.
@usableFromInline
struct EventLogRecords {
    private(set) var batches: [EventLogBatch]
    /// How many bytes have been gathered.
    private(set) var byteCount = 0
    /// The content of the record that is made next.
    @usableFromInline var value: [UInt8] = []
    private var turn = 0

    init(partitions: Int) { batches = Array(repeating: EventLogBatch(), count: partitions) }

    /// Adds ``value`` to the partition whose turn it is.
    @usableFromInline
    mutating func add(at timestamp: Timestamp) throws {
        turn = turn + 1 < batches.count ? turn + 1 : 0
        byteCount += EventLogBatch.recordOverhead + value.count
        try value.withUnsafeBytes { try batches[turn].append($0, key: nil, at: timestamp) }
    }

    /// Adds ``value`` to the partition of a key.
    @usableFromInline
    mutating func add(key: String, at timestamp: Timestamp) throws {
        var key = key
        try key.withUTF8 { utf8 in
            let partition = EventLog.partition(
                forHash: stableHash(of: utf8), of: batches.count)
            let key = UnsafeRawBufferPointer(utf8)
            byteCount += EventLogBatch.recordOverhead + key.count + value.count
            try value.withUnsafeBytes {
                try batches[partition].append($0, key: key, at: timestamp)
            }
        }
    }

    /// Removes the records and keeps the memory.
    mutating func removeAll() {
        for partition in batches.indices { batches[partition].removeAll() }
        byteCount = 0
    }
}
