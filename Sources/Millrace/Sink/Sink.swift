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
    func writer(instance: Int, of parallelism: Int) async throws -> Writer
}

extension Sink {
    public var label: String { "\(Self.self)" }
    public var delivery: DeliveryGuarantee { .atLeastOnce }
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
