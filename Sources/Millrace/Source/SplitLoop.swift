/// Reads one split, stamps its elements with event time, and says how far event time has come.
@usableFromInline
final class SplitLoop<Reader: SourceReader & ~Copyable> {
    @usableFromInline typealias Element = Reader.Element
    @usableFromInline var reader: Reader
    @usableFromInline let eventTime: (@Sendable (Element) throws -> Timestamp)?
    @usableFromInline var watermarks: SplitWatermarks<Element>
    @usableFromInline let port: Port<Element>
    @usableFromInline let place: SourcePlace
    @usableFromInline var batch = Batch<Element>()
    @usableFromInline var lastWatermark = Timestamp.none
    @usableFromInline var isIdle = false

    @inlinable
    init(
        _ reader: consuming Reader, eventTime: (@Sendable (Element) throws -> Timestamp)?,
        strategy: WatermarkStrategy<Element>, port: Port<Element>, place: SourcePlace
    ) {
        self.reader = reader
        self.eventTime = eventTime
        self.port = port
        self.place = place
        watermarks = SplitWatermarks(strategy)
    }

    @inlinable
    func step() throws -> SourceStatus {
        let status: SourceStatus
        do {
            let context = context
            status = try reader.read(into: &batch, limit: place.batchLimit) { input, error in
                context.counters.received &+= 1
                try context.reject(input: input, because: error)
            }
            if !batch.isEmpty { try stamp() }
        } catch {
            throw context.named(error)
        }
        context.counters.received &+= batch.count
        if !batch.isEmpty { try push() }
        return status
    }

    /// Fills in the event times; an element whose time cannot be told is left out by the policy.
    @inlinable
    func stamp() throws {
        guard let eventTime else { return }
        var index = 0
        while index < batch.count {
            do {
                let timestamp = try eventTime(batch.elements[index])
                guard timestamp != .none else { throw StreamError.noTimestamp }
                batch.timestamps[index] = timestamp
                index &+= 1
            } catch {
                context.counters.received &+= 1
                try batch.reject(at: index, because: error, context: context)
            }
        }
    }

    @usableFromInline var context: OperatorContext { place.context }
    @inlinable
    func finish() throws {
        try port.signal(.watermark(.max))
        try port.signal(.status(.finished))
    }
}

extension SplitLoop where Reader: ~Copyable {
    /// Pushes the batch that has been read, and the watermark behind it.
    @inlinable
    func push() throws {
        if place.isExact {
            try pushRuns()
            return
        }
        watermarks.observe(batch.timestamps, in: 0..<batch.count)
        context.counters.emitted &+= batch.count
        try port.receive(&batch)
        try pushWatermark()
    }

    /// Pushes the batch in runs, so that each advance of the watermark is in its place.
    @inlinable
    func pushRuns() throws {
        var start = 0
        let all = batch
        while start < all.count {
            let end = watermarks.endOfRun(all.timestamps, from: start)
            var run = Batch(
                elements: ContiguousArray(all.elements[start..<end]),
                timestamps: ContiguousArray(all.timestamps[start..<end]))
            watermarks.observe(all.timestamps, in: start..<end)
            context.counters.emitted &+= run.count
            try port.receive(&run)
            try pushWatermark()
            start = end
        }
    }

    @inlinable
    func pushWatermark() throws {
        let watermark = watermarks.watermark
        guard watermark > lastWatermark else { return }
        lastWatermark = watermark
        context.lastWatermark = watermark
        if isIdle {
            isIdle = false
            try port.signal(.status(.active))
        }
        try port.signal(.watermark(watermark))
    }

    @inlinable
    func checkIdleness() throws {}
}
