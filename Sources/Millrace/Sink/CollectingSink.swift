import Synchronization

/// Keeps every result in memory: for tests, notebooks and batch.
///
/// ```swift
/// let results = Collected<Int>()
/// stream.sink(.collect(into: results))
/// ```
public final class Collected<Element: Sendable>: Sendable {
    private let state = Mutex(Batch<Element>())

    public init() {}

    /// The results so far, in the order in which they were written.
    public var elements: [Element] { state.withLock { Array($0.elements) } }

    /// The event times of ``elements``, at the same indices.
    public var timestamps: [Timestamp] { state.withLock { Array($0.timestamps) } }

    /// Adds a batch of results.
    public func append(_ batch: borrowing Batch<Element>) {
        state.withLock { [elements = batch.elements, timestamps = batch.timestamps] all in
            all.elements.append(contentsOf: elements)
            all.timestamps.append(contentsOf: timestamps)
        }
    }
}

extension Sink {
    /// Keeps every result in `collected`.
    public static func collect<Element: Sendable>(into collected: Collected<Element>) -> Self
    where Self == ClosureSink<Element> {
        ClosureSink { collected.append($0) }
    }
}
