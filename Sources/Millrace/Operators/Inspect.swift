extension DataStream {
    /// Calls `body` with each element and its event time, and passes the element on unchanged.
    ///
    /// `body` runs on the worker's task, between two operators: keep it short.
    @inlinable
    public func inspect(
        name: String? = nil, _ body: @escaping @Sendable (Element, Timestamp) throws -> Void
    ) -> DataStream<Element> {
        chained("inspect", name: name, as: Element.self) { context, port in
            OperatorBox.port(InspectOperator(body), context: context, to: port)
        }
    }
}

/// Looks at each element and passes it on.
@usableFromInline
struct InspectOperator<Element: Sendable>: Operator {
    @usableFromInline let body: @Sendable (Element, Timestamp) throws -> Void

    @inlinable
    init(_ body: @escaping @Sendable (Element, Timestamp) throws -> Void) { self.body = body }

    @inlinable
    mutating func process(
        _ batch: inout Batch<Element>, into output: inout Emitter<Element>
    ) throws {
        for index in 0..<batch.count {
            try body(batch.elements[index], batch.timestamps[index])
        }
        try output.forward(&batch)
    }
}
