/// Where events come from: something that can be cut into splits, each read in order and resumable at
/// a position.
///
/// Conform to this to read from a system of your own, and run the conformance suite of
/// `MillraceTesting` over it.
public protocol Source<Element>: Sendable {
    /// What is read.
    associatedtype Element: Sendable
    /// Reads one split.
    associatedtype Reader: SourceReader<Element>

    /// A short description for printing the graph, such as `JSON Lines clicks.jsonl`.
    var label: String { get }

    /// The parts that are read side by side. Each has a watermark of its own.
    ///
    /// - Parameter preferred: How many splits would keep all workers busy. A source whose parts are
    ///   given (files, partitions) ignores it.
    /// - Throws: ``StreamError`` with code `inputOutput` if the source cannot be reached.
    func splits(preferred: Int) async throws -> [SourceSplit]

    /// Opens a split, at its beginning or behind what an earlier reader has read.
    func reader(for split: SourceSplit, from position: SourcePosition?) async throws -> Reader
}

extension Source {
    public var label: String { "\(Self.self)" }
}

/// A part of a source that is read in order by one task.
public struct SourceSplit: Sendable, Hashable {
    /// Names the split in metrics, errors and checkpoints; unique in its source and stable.
    public var id: String
    /// How many bytes or elements the split holds, where that is known, for progress.
    public var size: Int64?

    public init(id: String, size: Int64? = nil) {
        self.id = id
        self.size = size
    }
}

/// A place between two elements of a split: everything before it has been read.
///
/// What the number counts (elements, bytes, offsets) is the source's affair.
public struct SourcePosition: Sendable, Hashable {
    /// The offset from the beginning of the split.
    public var offset: Int64
    /// What else the source needs to go on from here.
    public var detail: String

    public init(offset: Int64, detail: String = "") {
        self.offset = offset
        self.detail = detail
    }
}

/// Reads one split. Owned by one task.
public protocol SourceReader<Element>: ~Copyable {
    associatedtype Element: Sendable

    /// Replaces the content of `batch` by the next elements, up to about `limit`; never waits. What the
    /// batch held before has no meaning, only storage to be used again.
    ///
    /// The reader fills the timestamps with ``Timestamp/none`` unless it knows them.
    ///
    /// - Parameter reject: Takes input that cannot be decoded, as text, with the error that says where and
    ///   why; throws if the topology should fail.
    mutating func read(
        into batch: inout Batch<Element>, limit: Int, reject: (String, StreamError) throws -> Void
    ) throws -> SourceStatus

    /// Suspends until there may be more to read, at most for `limit` as `clock` counts it. Returning early
    /// is allowed. Called after ``read(into:limit:)`` has returned ``SourceStatus/waiting``.
    mutating func waitForMore(atMost limit: Duration, by clock: TimeSource) async throws

    /// The place behind the last element that was read.
    var position: SourcePosition { get }

    /// Where an element of the last read came from, such as file and line, for messages; `nil` if that is
    /// not known. Called for elements that are refused after they have been decoded.
    ///
    /// - Parameter index: The element's index in the batch as ``read(into:limit:reject:)`` has left it.
    func place(ofElement index: Int) -> String?

    /// How much of the split has been read, in the unit of ``SourceSplit/size``.
    var progress: Int64 { get }

    /// What runs beside the reader in the topology's scope, for a source that is pushed to; `nil` for none.
    /// It is cancelled when the reader ends. It reports its errors through ``read(into:limit:reject:)``.
    var companion: (@Sendable () async -> Void)? { get }
}

/// What a reader has to say after a read.
public enum SourceStatus: Sendable {
    /// There is, or may be, more right now.
    case more
    /// Nothing now; more may come.
    case waiting
    /// The split has ended.
    case finished
}

extension SourceReader where Self: ~Copyable {
    public var progress: Int64 { position.offset }

    public var companion: (@Sendable () async -> Void)? { nil }

    public func place(ofElement index: Int) -> String? { nil }

    public mutating func waitForMore(atMost limit: Duration, by clock: TimeSource) async throws {
        try await clock.sleep(for: limit)
    }
}
