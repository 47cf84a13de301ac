/// Where results go.
///
/// Conform to this to write to a system of your own, and run the conformance suite of
/// `MillraceTesting` over it.
public protocol Sink<Element>: Sendable {
    /// What is written.
    associatedtype Element: Sendable
    /// Writes for one parallel instance of the sink.
    associatedtype Writer: SinkWriter<Element>

    /// A short description for printing the graph, such as `JSON Lines trending.jsonl`.
    var label: String { get }

    /// What the sink promises about results after a failure.
    var delivery: DeliveryGuarantee { get }

    /// Opens the sink for one instance.
    /// - Throws: ``StreamError`` with code `inputOutput` if it cannot be written to.
    func writer(for instance: SinkInstance) async throws -> Writer
}

extension Sink {
    public var label: String { "\(Self.self)" }
    public var delivery: DeliveryGuarantee { .atLeastOnce }
}

/// For which of a sink's parallel instances a writer is opened, and how the topology is run.
public struct SinkInstance: Sendable {
    /// Which instance it is, from 0.
    public let index: Int
    /// How many instances the sink has.
    public let parallelism: Int
    /// Whether the topology takes checkpoints, so that a transactional writer is told when to publish.
    public let usesCheckpoints: Bool
    /// The sink's name, unique in the topology.
    public let name: String
    /// The files to write to.
    public let files: any FileSystem
    /// The run's clock.
    public let time: TimeSource
    /// Whether output that is there already may be replaced although no checkpoint knows of it: by a run
    /// without checkpoints, or one that was told to begin anew.
    public var mayReplaceOutput = true
    /// Comes between the writer and who calls it, where the sink repeats its calls.
    var interceptor: CallInterceptor?

    public init(
        index: Int = 0, parallelism: Int = 1, usesCheckpoints: Bool = false,
        name: String = "sink", files: any FileSystem = SystemFileSystem(),
        time: TimeSource = .system
    ) {
        self.index = index
        self.parallelism = parallelism
        self.usesCheckpoints = usesCheckpoints
        self.name = name
        self.files = files
        self.time = time
    }
}

/// What a sink promises about results that are produced again after a failure.
public enum DeliveryGuarantee: Sendable, Hashable {
    /// A result may be written again.
    case atLeastOnce
    /// A result written again replaces the earlier one, by key.
    case idempotent
    /// Results become visible when the checkpoint that covers them is complete, once.
    case transactional
}

/// Writes the results of one instance of a sink. Owned by one task.
public protocol SinkWriter<Element>: ~Copyable {
    associatedtype Element: Sendable

    /// Takes a batch in order; must not wait for another system. Keep what cannot be written at once
    /// and say so with ``isFull``.
    mutating func write(_ batch: inout Batch<Element>) throws

    /// No element with a timestamp at or before `watermark` will follow.
    mutating func advance(to watermark: Timestamp) throws

    /// Whether ``flush()`` should run before more is written.
    var isFull: Bool { get }

    /// Hands what has been kept to the system behind the sink. Called when the writer is full and when
    /// the worker has nothing else to do.
    mutating func flush() async throws

    /// Writes everything and closes. Called once, at the regular end.
    mutating func close() async throws
}

extension SinkWriter where Self: ~Copyable {
    public mutating func advance(to watermark: Timestamp) throws {}
    public var isFull: Bool { false }
    public mutating func flush() async throws {}
    public mutating func close() async throws {}
}

/// A writer that publishes results when the checkpoint that covers them is complete: each once, whatever
/// happens.
///
/// Where the topology takes checkpoints, the calls come in this order: ``recover(_:)``, before anything is
/// written; then ``prepare(checkpoint:)`` at each checkpoint, for what was written since the one before, and
/// ``commit(_:)`` once it is complete; further writes and even the next `prepare` may come between the two.
/// Without checkpoints none of them is called, and the writer publishes as it goes. (The two-phase commit of
/// Gray, "Notes on Data Base Operating Systems", 1978, as in Flink's sinks.)
public protocol TransactionalSinkWriter<Element>: SinkWriter, ~Copyable {
    /// What names a transaction in the checkpoint; stored as ``StateCodable`` says.
    associatedtype Transaction: Sendable

    /// Makes everything written since the last call survive a crash, without publishing it. A transaction
    /// may be empty.
    mutating func prepare(checkpoint: UInt64) async throws -> Transaction

    /// Publishes a transaction. May be called again for one that has been published.
    mutating func commit(_ transaction: Transaction) async throws

    /// The topology begins. Publishes the transactions of the checkpoint that it goes on from, in their order,
    /// and removes what was written and is in none of them. They are empty where it begins anew.
    mutating func recover(_ transactions: [Transaction]) async throws
}
