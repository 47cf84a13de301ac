/// Calls a closure with every batch.
public struct ClosureSink<Element: Sendable>: Sink {
    @usableFromInline let body: @Sendable (borrowing Batch<Element>) throws -> Void

    public var label: String { "closure" }

    @inlinable
    public init(_ body: @escaping @Sendable (borrowing Batch<Element>) throws -> Void) {
        self.body = body
    }

    @inlinable
    public func writer(for instance: SinkInstance) -> ClosureSinkWriter<Element> {
        ClosureSinkWriter(body: body)
    }
}

/// Writes for a ``ClosureSink``.
public struct ClosureSinkWriter<Element: Sendable>: SinkWriter {
    @usableFromInline let body: @Sendable (borrowing Batch<Element>) throws -> Void

    @inlinable
    init(body: @escaping @Sendable (borrowing Batch<Element>) throws -> Void) { self.body = body }

    @inlinable
    public mutating func write(_ batch: inout Batch<Element>) throws { try body(batch) }
}

extension DataStream {
    /// Ends this stream in a closure that gets whole batches, always on one task.
    @inlinable
    public func forEachBatch(
        name: String? = nil, _ body: @escaping @Sendable (borrowing Batch<Element>) throws -> Void
    ) {
        sink(ClosureSink(body), name: name)
    }

    /// Ends this stream in a closure that gets each element with its event time, always on one task.
    @inlinable
    public func forEach(
        name: String? = nil, _ body: @escaping @Sendable (Element, Timestamp) throws -> Void
    ) {
        forEachBatch(name: name) { batch in
            for index in 0..<batch.count {
                try body(batch.elements[index], batch.timestamps[index])
            }
        }
    }
}
