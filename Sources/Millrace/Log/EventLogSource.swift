/// Reads an event log: each partition is a split, resumed exactly by offset.
///
/// The decoder sees each record's value. Its timestamp becomes the element's, unless the flow's `eventTime`
/// says otherwise. What cannot be decoded is handled by the source's error policy, with directory,
/// partition and offset. Records that retention has removed, and damaged batches, fail the topology unless
/// they are to be skipped.
public struct EventLogSource<Decoder: RecordDecoder>: Source {
    public typealias Element = Decoder.Record
    let directory: LogDirectory
    let follows: Bool
    let start: EventLogStart
    let damage: EventLogDamage
    let skipped: @Sendable (EventLogGap) -> Void
    let makeDecoder: @Sendable () -> Decoder

    /// - Parameters:
    ///   - path: The log's directory.
    ///   - follows: Whether reading goes on when records are appended, for ever; otherwise it ends with the
    ///     records that there are when it begins.
    ///   - start: Where a run without checkpoint begins, in each partition.
    ///   - damage: What is done where records are missing.
    ///   - files: The files that the log is in.
    ///   - skipped: Told which records are missing, if those are to be skipped: once for each gap that is
    ///     passed, and again when a run begins again before it.
    ///   - decoder: Makes a decoder per partition. One that needs a header cannot be used.
    public init(
        at path: String, follows: Bool = false, from start: EventLogStart = .earliest,
        damage: EventLogDamage = .fail, files: any FileSystem = SystemFileSystem(),
        skipped: @escaping @Sendable (EventLogGap) -> Void = { _ in },
        decoder: @escaping @Sendable () -> Decoder
    ) {
        precondition(!Decoder.hasHeader, "the records of an event log have no header")
        directory = LogDirectory(path: path, files: files)
        self.follows = follows
        self.start = start
        self.damage = damage
        self.skipped = skipped
        makeDecoder = decoder
    }

    public var label: String { "\(Decoder.formatName) event log \(directory.path)" }

    public func splits(preferred: Int) throws -> [SourceSplit] {
        guard let count = try directory.partitionCount() else {
            throw StreamError(.inputOutput, "there is no event log at '\(directory.path)'")
        }
        return (0..<count).map { SourceSplit(id: "\($0)") }
    }

    public func reader(for split: SourceSplit, from position: SourcePosition?) throws
        -> EventLogSourceReader<Decoder>
    {
        guard let partition = Int(split.id) else {
            throw StreamError(
                .incompatibleState, "an event log has no split '\(split.id)'")
        }
        let log = try EventLogReader(
            directory, partition: partition, from: position.map { .offset($0.offset) } ?? start,
            damage: damage, skipped: skipped)
        let end = follows ? .max : try log.endOffset()
        return EventLogSourceReader(log, decoder: makeDecoder(), end: end)
    }
}

/// Reads the records of one partition. Copies share their place.
public struct EventLogSourceReader<Decoder: RecordDecoder>: SourceReader {
    public typealias Element = Decoder.Record
    @usableFromInline let log: EventLogReader
    @usableFromInline var decoder: Decoder
    /// The offset at which the split ends.
    @usableFromInline let end: Int64
    /// The offsets of the last read's records.
    @usableFromInline var offsets = ElementNumbers()

    init(_ log: EventLogReader, decoder: Decoder, end: Int64) {
        self.log = log
        self.decoder = decoder
        self.end = end
    }

    @inlinable
    public mutating func read(
        into batch: inout Batch<Element>, limit: Int, reject: (String, StreamError) throws -> Void
    ) throws -> SourceStatus {
        batch.removeAll()
        offsets.removeAll()
        let wanted = Int(min(Int64(limit), end - log.offset))
        if wanted <= 0 { return .finished }
        let count = try log.read(limit: wanted) { record in
            let value = record.value
            // Safety: bytes may be looked at as bytes; the record is valid during this call.
            let bytes = UnsafeBufferPointer(
                start: value.baseAddress?.assumingMemoryBound(to: UInt8.self), count: value.count)
            do {
                if let element = try decoder.decode(bytes) {
                    offsets.note(record.offset, at: batch.count)
                    batch.append(element, at: record.timestamp)
                }
            } catch {
                try reject(
                    String(decoding: bytes, as: UTF8.self),
                    Self.refusal(error, place(ofOffset: record.offset)))
            }
        }
        if log.offset >= end { return .finished }
        return count == wanted ? .more : .waiting
    }

    @usableFromInline
    func place(ofOffset offset: Int64) -> String { "\(log.origin) offset \(offset)" }

    public func place(ofElement index: Int) -> String? { offsets[index].map(place(ofOffset:)) }

    /// Names the place of a record that could not be decoded.
    @usableFromInline @inline(never)
    static func refusal(_ error: any Error, _ place: String) -> StreamError {
        var named =
            error as? StreamError
            ?? StreamError(.malformedInput, "the record could not be decoded", cause: error)
        named.place = place + (named.place.map { ", \($0)" } ?? "")
        return named
    }

    public var position: SourcePosition { SourcePosition(offset: log.offset) }
}

extension Source {
    /// An event log whose records are JSON objects; see ``EventLogSource`` and ``JSONDecodableRecord``.
    ///
    /// - Parameters:
    ///   - path: The log's directory.
    ///   - follows: Whether reading goes on when records are appended, for ever.
    ///   - start: Where a run without checkpoint begins, in each partition.
    public static func eventLog<Record: JSONDecodableRecord>(
        _ path: String, as type: Record.Type = Record.self, follows: Bool = false,
        from start: EventLogStart = .earliest
    ) -> Self where Self == EventLogSource<JSONLinesDecoder<Record>> {
        EventLogSource(at: path, follows: follows, from: start) { JSONLinesDecoder() }
    }
}
