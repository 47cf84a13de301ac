/// Records that are appended to an event log together: readers see all of them or none.
///
/// The records are gathered in one run of bytes, as they will be on disk; no record is an object. A batch
/// can be used again after ``removeAll()``.
public struct EventLogBatch: Sendable {
    /// The records as they are on disk; see `EventLogHeader`.
    var bytes: [UInt8] = []
    var times = EventLogTimes()
    /// How many records there are.
    public private(set) var count = 0

    /// The most bytes that a batch can have: 256 MiB. Cut larger work into several batches.
    public static let maximumByteCount = 1 << 28

    /// What a record takes besides its key and its value, in bytes.
    static let recordOverhead = 16
    static let noKey = UInt32.max

    /// An empty batch.
    public init() {}

    /// A batch of records as they are on disk.
    init(bytes: [UInt8], times: EventLogTimes, count: Int) {
        self.bytes = bytes
        self.times = times
        self.count = count
    }

    /// Whether there are no records.
    public var isEmpty: Bool { count == 0 }

    /// How many bytes the records take on disk.
    public var byteCount: Int { bytes.count }

    /// Removes the records and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        times = EventLogTimes()
        count = 0
    }

    /// Adds a record of any bytes.
    ///
    /// - Parameters:
    ///   - value: The record's content; may be empty.
    ///   - key: What belongs together; `nil` for none, which is not the same as an empty key.
    ///   - timestamp: The event's time, or ``Timestamp/none``. Need not rise.
    /// - Throws: ``StreamError`` with code `inputOutput` if the batch would become larger than
    ///   ``maximumByteCount``; it is unchanged then.
    /// - Complexity: O(*n*) in the number of bytes.
    public mutating func append(
        _ value: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer? = nil,
        at timestamp: Timestamp = .none
    ) throws {
        let size = Self.recordBytes(key: key, value: value)
        if size > Self.maximumByteCount - bytes.count { throw Self.tooLarge(bytes.count + size) }
        Self.write(value, key: key, at: timestamp, to: &bytes)
        times.add(timestamp.millis)
        count += 1
    }

    /// Adds a record of bytes; see ``append(_:key:at:)-(UnsafeRawBufferPointer,_,_)``.
    public mutating func append(
        _ value: [UInt8], key: [UInt8]? = nil, at timestamp: Timestamp = .none
    ) throws {
        try value.withUnsafeBytes { value in
            guard let key else { return try append(value, key: nil, at: timestamp) }
            try key.withUnsafeBytes { try append(value, key: $0, at: timestamp) }
        }
    }

    /// Adds a record of UTF-8 text; see ``append(_:key:at:)-(UnsafeRawBufferPointer,_,_)``.
    public mutating func append(
        _ value: String, key: String? = nil, at timestamp: Timestamp = .none
    ) throws {
        var value = value
        try value.withUTF8 { value in
            guard var key else {
                return try append(UnsafeRawBufferPointer(value), key: nil, at: timestamp)
            }
            try key.withUTF8 {
                try append(
                    UnsafeRawBufferPointer(value), key: UnsafeRawBufferPointer($0), at: timestamp)
            }
        }
    }

    static func recordBytes(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer) -> Int {
        recordOverhead + (key?.count ?? 0) + value.count
    }

    /// Writes one record behind `bytes`, as it is on disk. Its lengths fit, by ``maximumByteCount``.
    static func write(
        _ value: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer?, at timestamp: Timestamp,
        to bytes: inout [UInt8]
    ) {
        let keyLength = key.map { UInt32($0.count) } ?? noKey
        let lengths = UInt64(value.count) << 32 | UInt64(keyLength)
        withUnsafeBytes(of: (timestamp.millis.littleEndian, lengths.littleEndian)) {
            bytes.append(contentsOf: $0)
        }
        if let key { bytes.append(contentsOf: key) }
        bytes.append(contentsOf: value)
    }

    @inline(never)
    static func tooLarge(_ size: Int) -> StreamError {
        StreamError(
            .inputOutput,
            "the batch would have \(size) bytes, but the event log takes \(maximumByteCount) at "
                + "most; append it in several batches")
    }
}
