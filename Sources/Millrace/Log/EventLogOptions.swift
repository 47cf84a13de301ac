/// How an event log is kept.
public struct EventLogOptions: Sendable {
    /// When appended records are safe.
    public enum Durability: Sendable, Equatable {
        /// On the device before the append returns. Appends that come at the same time share one flush.
        case fsync
        /// In the operating system when the append returns; on the device with the first append after
        /// this long. The last records can be lost when the machine (not the process) fails.
        case fsyncEvery(Duration)
        /// In the operating system; on the device when a segment is full, by ``EventLog/sync()`` and by
        /// ``EventLog/close()``.
        case osBuffered
    }

    /// How long records are kept. Only whole segments go, the oldest first, never the one that is written.
    public struct Retention: Sendable, Equatable {
        /// A segment goes when its newest record is older than this. Records without timestamp stay.
        public var age: Duration?
        /// The oldest segment goes while a partition has more bytes than this.
        public var bytesPerPartition: Int?

        /// Keeps records for as long as both limits allow; by default for ever.
        public init(age: Duration? = nil, bytesPerPartition: Int? = nil) {
            self.age = age
            self.bytesPerPartition = bytesPerPartition
        }

        /// Keeps everything.
        public static let forever = Retention()
    }

    /// How many bytes a segment file has before the next one is begun; a larger batch has a segment of its
    /// own. From 4 KiB to 2 GiB.
    public var segmentBytes: Int
    /// How long records are kept.
    public var retention: Retention
    /// When appended records are safe.
    public var durability: Durability
    /// What is done if a batch is damaged that was safe: opening fails, or goes on behind it.
    public var damage: EventLogDamage
    /// The time that retention by age and ``Durability/fsyncEvery(_:)`` go by.
    public var time: TimeSource

    /// The given options; by default nothing is removed, and every append is durable when it returns.
    ///
    /// - Parameters:
    ///   - segmentBytes: How many bytes a segment file has, from 4 KiB to 2 GiB.
    ///   - retention: How long records are kept.
    ///   - durability: When appended records are safe.
    ///   - damage: What is done about damaged batches when the log is opened.
    ///   - time: The time that retention by age and ``Durability/fsyncEvery(_:)`` go by.
    public init(
        segmentBytes: Int = 64 << 20, retention: Retention = .forever,
        durability: Durability = .fsync, damage: EventLogDamage = .fail, time: TimeSource = .system
    ) {
        precondition(
            (4 << 10)...(2 << 30) ~= segmentBytes, "a segment has from 4 KiB to 2 GiB")
        self.segmentBytes = segmentBytes
        self.retention = retention
        self.durability = durability
        self.damage = damage
        self.time = time
    }
}

/// What is done about records that should be there and are not: damaged ones, and for a reader also those
/// that retention has removed.
public enum EventLogDamage: Sendable {
    /// Throws an error that names the file and the byte.
    case fail
    /// Goes on behind them, counts them, and says which they are.
    case skip
}

/// Records of one partition that should have been there and were not, and that a reader has gone on behind.
public struct EventLogGap: Sendable, Hashable, CustomStringConvertible {
    /// The partition, from 0.
    public var partition: Int
    /// The numbers of the records.
    public var offsets: Range<Int64>

    /// The records with these numbers.
    public init(partition: Int, offsets: Range<Int64>) {
        self.partition = partition
        self.offsets = offsets
    }

    public var description: String {
        "partition \(partition), offsets \(offsets.lowerBound) to \(offsets.upperBound - 1)"
    }
}

/// A place in an event log.
public struct EventLogPosition: Sendable, Hashable {
    /// The partition, from 0.
    public var partition: Int
    /// The record's number in its partition, from 0.
    public var offset: Int64

    /// The place of a record.
    public init(partition: Int, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}

/// What opening an event log had to repair.
public struct EventLogRepair: Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public var path: String
    /// Where in the file.
    public var position: Int
    /// How many bytes were of no use.
    public var byteCount: Int
    /// Whether the bytes were the torn end of the last writes, which were cut off; otherwise they are
    /// damaged records, which readers meet as well.
    public var isTornEnd: Bool
    /// The records that are lost by it, as far as readers had been let to them; empty if nothing was that had
    /// been acknowledged.
    public var lost: EventLogGap

    public var description: String {
        "'\(path)': \(byteCount) bytes from byte \(position) on "
            + (isTornEnd ? "were an incomplete write and were cut off" : "are damaged")
            + (lost.offsets.isEmpty ? "" : "; lost: \(lost)")
    }
}
