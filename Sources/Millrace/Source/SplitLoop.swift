/// Reads one split, stamps its elements with event time, and says how far event time has come.
@usableFromInline
final class SplitLoop<Reader: SourceReader & ~Copyable> {
    @usableFromInline typealias Element = Reader.Element
    @usableFromInline var reader: Reader
    @usableFromInline let eventTime: (@Sendable (Element) throws -> Timestamp)?
    @usableFromInline let strategy: WatermarkStrategy<Element>
    @usableFromInline var watermarks: SplitWatermarks<Element>
    @usableFromInline var marks = SplitOutput()
    @usableFromInline let port: Port<Element>
    @usableFromInline let place: SourcePlace
    @usableFromInline let split: SourceSplit
    @usableFromInline var batch = Batch<Element>()
    /// The elements of the last read that had no event time, ascending: the batch does without them.
    @usableFromInline var untimed: ContiguousArray<Int> = []
    /// Whether the split waits for slower ones of the same source.
    @usableFromInline var isPaused = false
    @usableFromInline var hasFinished = false

    @inlinable
    init(
        _ reader: consuming Reader, eventTime: (@Sendable (Element) throws -> Timestamp)?,
        strategy: WatermarkStrategy<Element>, split: SourceSplit, port: Port<Element>,
        place: SourcePlace
    ) {
        self.reader = reader
        self.eventTime = eventTime
        self.strategy = strategy
        self.port = port
        self.place = place
        self.split = split
        let now = place.context.now
        watermarks =
            if let restored = place.restored {
                SplitWatermarks(strategy, resuming: restored, now: now)
            } else {
                SplitWatermarks(strategy, now: now)
            }
    }

    @usableFromInline var context: OperatorContext { place.context }

    /// Behind a restart, says again how far event time had come.
    @inlinable
    func begin() throws {
        if watermarks.watermark != .none { try send(watermarks.watermark) }
    }

    /// How far the split has been read, between two batches.
    @inlinable
    func capture() -> CapturedState {
        let state = SplitState(split: split, position: reader.position, watermarks: watermarks)
        return CapturedState(
            name: context.name, kind: .source, instance: context.index,
            watermark: context.lastWatermark, keyCount: 1, snapshot: state,
            encode: { try $0.write(value: state) })
    }

    /// How far the split has been read, for the metrics.
    @inlinable
    func report() -> SplitReport {
        SplitReport(
            source: context.name, split: split, progress: reader.progress, isPaused: isPaused,
            hasFinished: hasFinished, watermarks: watermarks)
    }

    /// Reads and pushes one batch, with the watermark behind it.
    @inlinable
    func step() throws -> SourceStatus {
        if strategy.isAligned {
            isPaused = isAhead()
            if isPaused { return .waiting }
        }
        let status: SourceStatus
        untimed.removeAll(keepingCapacity: true)
        do {
            let context = context
            status = try reader.read(into: &batch, limit: place.batchLimit) { input, error in
                context.counters.received &+= 1
                try context.reject(input: input, because: error)
            }
            if !batch.isEmpty { try stamp() }
            context.counters.received &+= batch.count
            if !batch.isEmpty { try watermarks.observe(batch, now: context.now, into: &marks) }
        } catch {
            throw context.named(placed(error))
        }
        if !batch.isEmpty { try push() }
        try context.flushSides()
        return status
    }

    /// Fills in the event times; an element whose time cannot be told is left out by the policy.
    @inlinable
    func stamp() throws {
        if strategy.stampsElements {
            let now = watermarks.ingestionTime(now: context.now)
            for index in 0..<batch.count { batch.timestamps[index] = now }
            return
        }
        guard let eventTime else { return }
        var index = 0
        while index < batch.count {
            do {
                let timestamp = try eventTime(batch.elements[index])
                guard timestamp != .none else { throw NoEventTime() }
                batch.timestamps[index] = timestamp
                index &+= 1
            } catch {
                try rejectUntimed(at: index, because: error)
            }
        }
    }

    /// The input ends here: watermark and status that say so.
    @inlinable
    func finish() throws {
        hasFinished = true
        _ = place.alignment.update(context.index, to: nil)
        try signal(.watermark(.max))
        try signal(.status(.finished))
    }

    /// Processing time passes while nothing comes: the split may become idle, or its watermark advance.
    @inlinable
    func tick() throws {
        watermarks.tick(
            now: context.now, isReading: !strategy.isAligned || !isAhead(), into: &marks)
        for cut in marks.cuts { try send(cut.watermark) }
        if let status = marks.status { try signal(.status(status)) }
    }

    /// Whether the split must wait for slower ones of the same source.
    @inlinable
    func isAhead() -> Bool {
        let own: Timestamp? = watermarks.status == .active ? watermarks.watermark : nil
        let slowest = place.alignment.update(context.index, to: own)
        return strategy.pauses(at: watermarks.watermark, slowest: slowest)
    }
}

extension SplitLoop where Reader: ~Copyable {
    /// Pushes the batch that has been read, and the watermarks in their places.
    @inlinable
    func push() throws {
        if let status = marks.status { try signal(.status(status)) }
        if marks.dropped.isEmpty, marks.cuts.count <= 1,
            marks.cuts.first?.elementCount ?? batch.count == batch.count
        {
            context.counters.emitted &+= batch.count
            try port.receive(&batch)
            if let cut = marks.cuts.first { try send(cut.watermark) }
            return
        }
        try pushPieces()
    }

    /// Pushes the batch in pieces, so that each watermark is in its place and dropped elements are left
    /// out.
    @inlinable
    func pushPieces() throws {
        let all = batch
        var start = 0
        for cut in marks.cuts {
            try push(all, start..<cut.elementCount)
            try send(cut.watermark)
            start = cut.elementCount
        }
        try push(all, start..<all.count)
    }

    @inlinable
    func push(_ all: Batch<Element>, _ range: Range<Int>) throws {
        var piece = Batch<Element>()
        piece.reserveCapacity(range.count)
        for index in range {
            if marks.dropped.contains(index) {
                try drop(all.elements[index], at: all.timestamps[index], index: index)
                continue
            }
            piece.append(all.elements[index], at: all.timestamps[index])
        }
        if piece.isEmpty { return }
        context.counters.emitted &+= piece.count
        try port.receive(&piece)
    }

    @inlinable
    func send(_ watermark: Timestamp) throws {
        context.lastWatermark = watermark
        try signal(.watermark(watermark))
    }

    /// Sends a signal to the main output and to the side outputs, behind what they hold.
    @inlinable
    func signal(_ signal: Signal) throws {
        try context.flushSides()
        try context.signalSides(signal)
        try port.signal(signal)
    }
}
