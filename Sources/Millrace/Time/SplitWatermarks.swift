/// What a batch, or the passing of time, means for a split's event time. Reused from call to call.
public struct SplitOutput: Sendable, Hashable {
    /// The split's new status, to be sent before the batch.
    public internal(set) var status: InputStatus?
    /// The watermarks to send and their places in the batch, ascending in both. At most one, after the
    /// last element, unless the strategy emits after every element.
    public internal(set) var cuts: ContiguousArray<WatermarkCut> = []
    /// The indices of elements that the guard dropped, ascending: to be left out and reported.
    public internal(set) var dropped: ContiguousArray<Int> = []
    /// The indices of elements that the guard keeps from moving time, the dropped ones included.
    var suspects: ContiguousArray<Int> = []
    /// The index of the element whose timestamp made the batch fail.
    @usableFromInline var refused: Int?

    /// An empty output.
    public init() {}

    mutating func reset() {
        status = nil
        cuts.removeAll(keepingCapacity: true)
        dropped.removeAll(keepingCapacity: true)
        suspects.removeAll(keepingCapacity: true)
        refused = nil
    }
}

/// The watermarks of one split: what its strategy makes of its elements and of the passing of
/// processing time. A state machine without a clock: `now` is always passed in.
public struct SplitWatermarks<Element: Sendable>: Sendable {
    let strategy: WatermarkStrategy<Element>
    var generator: (any WatermarkGenerator<Element>)?
    var progress = SplitProgress()
    var lastActivity: Timestamp

    /// The watermarks of a split that starts at the processing time `now`.
    public init(_ strategy: WatermarkStrategy<Element>, now: Timestamp) {
        self.strategy = strategy
        if case .custom(let makeGenerator) = strategy.kind { generator = makeGenerator() }
        lastActivity = now
    }

    /// The last watermark sent, ``Timestamp/none`` before the first.
    public var watermark: Timestamp { progress.watermark }
    /// The last status sent.
    public var status: InputStatus { progress.status }
    /// How many elements the guard has kept from moving the watermark.
    public var heldBackCount: Int { progress.heldBackCount }
    /// How many elements the guard has dropped.
    public var droppedCount: Int { progress.droppedCount }

    /// Takes the timestamps of a batch that is about to be sent, and fills `output`.
    ///
    /// An empty batch does nothing. An idle split becomes active.
    /// - Throws: ``StreamError/Code/badTimestamp`` if an element has no timestamp but needs one, or if
    ///   the guard is told to fail.
    /// - Complexity: O(count); without guard and custom rule one pass over the timestamps.
    public mutating func observe(
        _ batch: Batch<Element>, now: Timestamp, into output: inout SplitOutput
    ) throws(StreamError) {
        output.reset()
        guard !batch.isEmpty else { return }
        lastActivity = now
        if progress.status == .idle {
            progress.status = .active
            output.status = .active
        }
        do throws(RefusedTimestamp) {
            switch strategy.kind {
            case .none: break
            case .processingTime:
                progress.advance(
                    to: Timestamp(millis: now.millis.saturatingSubtract(1)), after: batch.count,
                    into: &output.cuts)
            case .bounded(let millis): try observeBounded(batch.timestamps, millis, now, &output)
            case .custom: try observeCustom(batch, now, &output)
            }
        } catch {
            output.refused = error.index
            throw error.reason
        }
        if !strategy.isAfterEveryElement, let last = output.cuts.last {
            output.cuts.removeAll(keepingCapacity: true)
            output.cuts.append(WatermarkCut(after: batch.count, last.watermark))
        }
    }

    /// Takes note that processing time has reached `now`: for idleness, generators with a rule for
    /// the passing of time, and the strategy ``WatermarkStrategy/processingTime``.
    ///
    /// - Parameter isReading: `false` while the split is paused or waits for room downstream: it is
    ///   then not its fault that it delivers nothing, and it does not become idle.
    public mutating func tick(
        now: Timestamp, isReading: Bool = true, into output: inout SplitOutput
    ) {
        output.reset()
        // A clock that was set back would keep a silent split from being idle until it has caught up.
        if !isReading || now < lastActivity { lastActivity = now }
        switch strategy.kind {
        case .processingTime:
            progress.advance(
                to: Timestamp(millis: now.millis.saturatingSubtract(1)), after: 0,
                into: &output.cuts)
        case .custom:
            guard let time = generator?.onPeriodic(now: now) else { break }
            progress.advance(to: time, after: 0, into: &output.cuts)
        case .bounded, .none: break
        }
        guard let idleAfter = strategy.idleAfter, progress.status == .active else { return }
        if now >= lastActivity + idleAfter {
            progress.status = .idle
            output.status = .idle
        }
    }

    /// The processing time at which the split becomes idle unless it delivers something before.
    public var idleTime: Timestamp? {
        guard let idleAfter = strategy.idleAfter, progress.status == .active else { return nil }
        return lastActivity + idleAfter
    }

    /// The timestamp of elements read at `now` under ``WatermarkStrategy/processingTime``: `now`, or
    /// just after the watermark if the clock was set back.
    public func ingestionTime(now: Timestamp) -> Timestamp {
        Swift.max(now, Timestamp(millis: progress.watermark.millis.saturatingAdd(1)))
    }

    private mutating func observeBounded(
        _ timestamps: ContiguousArray<Timestamp>, _ boundMillis: Int64, _ now: Timestamp,
        _ output: inout SplitOutput
    ) throws(RefusedTimestamp) {
        if let timestampGuard = strategy.timestampGuard {
            try guardBatch(timestamps, timestampGuard, boundMillis, now, &output)
        } else if strategy.isAfterEveryElement {
            try progress.observeEach(timestamps, boundMillis: boundMillis, into: &output.cuts)
        } else {
            try progress.observe(timestamps)
            progress.advance(
                to: progress.bounded(boundMillis), after: timestamps.count, into: &output.cuts)
        }
    }

    private mutating func observeCustom(
        _ batch: Batch<Element>, _ now: Timestamp, _ output: inout SplitOutput
    ) throws(RefusedTimestamp) {
        if let timestampGuard = strategy.timestampGuard {
            try guardBatch(batch.timestamps, timestampGuard, nil, now, &output)
        } else {
            try progress.observe(batch.timestamps)
        }
        var proposed: ContiguousArray<WatermarkCut> = []
        generator?.onBatch(batch, skipping: output.suspects, into: &proposed)
        for cut in proposed {
            progress.advance(to: cut.watermark, after: cut.elementCount, into: &output.cuts)
        }
    }

    private mutating func guardBatch(
        _ timestamps: ContiguousArray<Timestamp>, _ timestampGuard: TimestampGuard,
        _ boundMillis: Int64?, _ now: Timestamp, _ output: inout SplitOutput
    ) throws(RefusedTimestamp) {
        try progress.observe(
            timestamps, through: timestampGuard, boundMillis: boundMillis, now: now,
            suspects: &output.suspects, dropped: &output.dropped, into: &output.cuts)
    }
}
