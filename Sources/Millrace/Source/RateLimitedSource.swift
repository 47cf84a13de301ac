/// Reads another source no faster than a given rate: to replay a file at the pace of a live stream, or to
/// spare a system.
public struct RateLimitedSource<Base: Source>: Source {
    public typealias Element = Base.Element
    @usableFromInline let base: Base
    @usableFromInline let perSecond: Double

    public var label: String {
        perSecond.isFinite ? "\(base.label), \(perSecond) a second" : base.label
    }

    @inlinable
    init(base: Base, perSecond: Double) {
        self.base = base
        self.perSecond = perSecond
    }

    public func splits(preferred: Int) async throws -> [SourceSplit] {
        try await base.splits(preferred: preferred)
    }

    @inlinable
    public func reader(for split: SourceSplit, from position: SourcePosition?) async throws
        -> Reader
    {
        Reader(
            base: try await base.reader(for: split, from: position), perSecond: perSecond)
    }

    /// Pauses when it has read more than its share.
    public struct Reader: SourceReader {
        @usableFromInline var base: Base.Reader
        @usableFromInline let perSecond: Double
        /// How long the elements that have been read should still take.
        @usableFromInline var debt = Duration.zero

        @inlinable
        init(base: Base.Reader, perSecond: Double) {
            self.base = base
            self.perSecond = perSecond
        }

        @inlinable
        public mutating func read(
            into batch: inout Batch<Element>, limit: Int,
            reject: (String, StreamError) throws -> Void
        ) throws -> SourceStatus {
            if !perSecond.isFinite {
                return try base.read(into: &batch, limit: limit, reject: reject)
            }
            if debt > .zero {
                batch.removeAll()
                return .waiting
            }
            // A hundredth of a second at a time, so that the stream flows evenly.
            let share = max(1, Int(min(perSecond / 100, 1e9)))
            let status = try base.read(into: &batch, limit: min(limit, share), reject: reject)
            debt += .seconds(Double(batch.count) / perSecond)
            return status
        }

        public mutating func waitForMore(atMost limit: Duration, by clock: TimeSource) async throws
        {
            guard debt > .zero else { return try await base.waitForMore(atMost: limit, by: clock) }
            let start = clock.now()
            try await clock.sleep(for: min(limit, debt))
            // A clock that was set forward, or a machine that slept, is no reason for hours' worth at once.
            debt = max(debt - max(.milliseconds(1), clock.now() - start), .milliseconds(-100))
        }

        public var position: SourcePosition { base.position }
        public var progress: Int64 { base.progress }
        public var companion: (@Sendable () async -> Void)? { base.companion }

        public func place(ofElement index: Int) -> String? { base.place(ofElement: index) }
    }
}

extension Source {
    /// This source, read at a rate.
    ///
    /// - Parameter perSecond: How many elements of each split are read per second at the most, on average;
    ///   infinity for no limit.
    @inlinable
    public func limited(toPerSecond perSecond: Double) -> RateLimitedSource<Self> {
        precondition(perSecond > 0, "a rate is greater than zero")
        return RateLimitedSource(base: self, perSecond: perSecond)
    }
}
