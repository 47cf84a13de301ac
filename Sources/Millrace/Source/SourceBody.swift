/// A source without its element type.
@usableFromInline
struct SourceBody: Sendable {
    let splits: @Sendable (Int) async throws -> [SourceSplit]
    let open: @Sendable (SourceSplit, SourcePlace, Any) async throws -> OpenSource

    @usableFromInline
    init(
        splits: @escaping @Sendable (Int) async throws -> [SourceSplit],
        open: @escaping @Sendable (SourceSplit, SourcePlace, Any) async throws -> OpenSource
    ) {
        self.splits = splits
        self.open = open
    }
}

/// What a source's loop knows about its place in the run.
@usableFromInline
struct SourcePlace {
    @usableFromInline let context: OperatorContext
    @usableFromInline let batchLimit: Int
    /// Shared by the splits of the source.
    @usableFromInline let alignment: SplitAlignment
    /// How far an earlier run has read the split.
    @usableFromInline let restored: SplitState?
}

/// A split that is being read: what a worker does with it.
@usableFromInline
struct OpenSource {
    /// Says how far event time had come when the split was read last.
    let begin: () throws -> Void
    /// How far the split has been read.
    let capture: () -> CapturedState
    /// Reads and pushes one batch, with the watermark behind it.
    let step: () throws -> SourceStatus
    let waitForMore: (Duration, TimeSource) async throws -> Void
    /// The input ends here: watermark and status that say so.
    let finish: () throws -> Void
    /// Processing time passes while nothing comes.
    let tick: () throws -> Void
    let companion: (@Sendable () async -> Void)?
    /// How far the split has been read, for the metrics.
    let report: () -> SplitReport

    @usableFromInline
    init(
        begin: @escaping () throws -> Void, capture: @escaping () -> CapturedState,
        step: @escaping () throws -> SourceStatus,
        waitForMore: @escaping (Duration, TimeSource) async throws -> Void,
        finish: @escaping () throws -> Void, tick: @escaping () throws -> Void,
        companion: (@Sendable () async -> Void)?, report: @escaping () -> SplitReport
    ) {
        self.begin = begin
        self.capture = capture
        self.step = step
        self.waitForMore = waitForMore
        self.finish = finish
        self.tick = tick
        self.companion = companion
        self.report = report
    }

    /// The closures are made here, in the user's module, so that the loop is specialised.
    @inlinable
    init<Reader: SourceReader & ~Copyable>(_ loop: SplitLoop<Reader>) {
        self.init(
            begin: { try loop.begin() }, capture: { loop.capture() },
            step: { try loop.step() },
            waitForMore: { try await loop.reader.waitForMore(atMost: $0, by: $1) },
            finish: { try loop.finish() }, tick: { try loop.tick() },
            companion: loop.reader.companion, report: { loop.report() })
    }
}

extension Flow {
    /// Reads a source whose elements say when they happened.
    ///
    /// - Parameters:
    ///   - source: What is read.
    ///   - name: The source's name, unique in the topology: it names the positions in checkpoints.
    ///   - eventTime: The time at which an element happened. An element for which it throws, or gives
    ///     ``Timestamp/none``, is rejected by the source's error policy.
    ///   - watermarks: How event time advances; see ``WatermarkStrategy``.
    @inlinable @inline(__always)
    public func source<S: Source>(
        _ source: S, name: String? = nil,
        eventTime: @escaping @Sendable (S.Element) throws -> Timestamp,
        watermarks: WatermarkStrategy<S.Element> = .monotonic
    ) -> DataStream<S.Element> {
        add(source, name: name, eventTime: eventTime, watermarks: watermarks)
    }

    /// Reads a source that knows the times of its elements (the generator), or whose elements have none.
    ///
    /// - Parameter watermarks: How event time advances; by default not before the end of the input.
    @inlinable @inline(__always)
    public func source<S: Source>(
        _ source: S, name: String? = nil, watermarks: WatermarkStrategy<S.Element> = .none
    ) -> DataStream<S.Element> {
        add(source, name: name, eventTime: nil, watermarks: watermarks)
    }

    @inlinable
    func add<S: Source>(
        _ source: S, name: String?, eventTime: (@Sendable (S.Element) throws -> Timestamp)?,
        watermarks: WatermarkStrategy<S.Element>
    ) -> DataStream<S.Element> {
        let id = add(
            "source", name: name, label: "source \(source.label)", inputs: [],
            outputs: [LogicalOutput(of: S.Element.self)],
            isStateful: true,
            body: .source(
                SourceBody(
                    splits: { try await source.splits(preferred: $0) },
                    open: { split, place, port in
                        let reader = try await source.reader(
                            for: split, from: place.restored?.position)
                        return OpenSource(
                            SplitLoop(
                                reader, eventTime: eventTime, strategy: watermarks, split: split,
                                port: erased(Port<S.Element>.self, port), place: place))
                    })))
        if watermarks.emitsAfterEveryElement { needExactWatermarks(of: id) }
        return DataStream(flow: self, origin: Origin(node: id, output: 0))
    }
}
