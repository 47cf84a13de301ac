/// How far a split of a source has been read, and how far its event time has come.
public struct SplitReport: Sendable, Hashable {
    /// The source's name.
    public let source: String
    /// The split's name.
    public let id: String
    /// How much has been read, in the unit of ``size``.
    public let progress: Int64
    /// How many bytes or elements there are, where that is known.
    public let size: Int64?
    /// The last watermark sent; ``Timestamp/none`` before the first.
    public let watermark: Timestamp
    /// The greatest accepted timestamp; ``Timestamp/none`` before the first.
    public let newest: Timestamp
    /// Whether the split is active, idle or finished.
    public let status: InputStatus
    /// How elements become watermarks here.
    public let rule: WatermarkRule
    /// After how long without elements the split becomes idle; `nil` if never.
    public let idleAfter: Duration?
    /// When the split last delivered something, in processing time; when it was opened, before that.
    public let lastActivity: Timestamp
    /// Whether the split waits because its watermark is too far ahead of the slowest split's.
    public let isPaused: Bool
    /// How many elements the timestamp guard has kept from moving the watermark.
    public let heldBackCount: Int

    @usableFromInline
    init<Element: Sendable>(
        source: String, split: SourceSplit, progress: Int64, isPaused: Bool, hasFinished: Bool,
        watermarks: SplitWatermarks<Element>
    ) {
        self.source = source
        id = split.id
        self.progress = progress
        size = split.size
        watermark = hasFinished ? .max : watermarks.watermark
        newest = watermarks.progress.maximum
        status = hasFinished ? .finished : watermarks.status
        rule = watermarks.strategy.rule
        idleAfter = watermarks.strategy.idleAfter
        lastActivity = watermarks.lastActivity
        self.isPaused = isPaused
        heldBackCount = watermarks.heldBackCount
    }
}

/// How a ``WatermarkStrategy`` makes watermarks.
public enum WatermarkRule: Sendable, Hashable {
    /// The greatest timestamp, less this and a millisecond.
    case bounded(Duration)
    /// A rule of the user's.
    case custom
    /// The clock.
    case processingTime
    /// No watermark before the end of the input.
    case none
}

extension WatermarkStrategy {
    var rule: WatermarkRule {
        switch kind {
        case .bounded(let millis): .bounded(.milliseconds(millis))
        case .custom: .custom
        case .processingTime: .processingTime
        case .none: .none
        }
    }
}
