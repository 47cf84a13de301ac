/// Turns each element into any number of others.
@usableFromInline
struct FlatMapOperator<Input: Sendable, Output: Sendable>: Operator {
    @usableFromInline let transform: @Sendable (Input, (Output) throws -> Void) throws -> Void

    @inlinable
    init(_ transform: @escaping @Sendable (Input, (Output) throws -> Void) throws -> Void) {
        self.transform = transform
    }

    @inlinable
    mutating func process(
        _ batch: inout Batch<Input>, into output: inout Emitter<Output>
    ) throws {
        for index in 0..<batch.count {
            let timestamp = batch.timestamps[index]
            let before = output.context.counters.emitted &+ output.pendingCount
            var downstream: (any Error)?
            do {
                try transform(batch.elements[index]) { made in
                    do { try output.emit(made, at: timestamp) } catch {
                        downstream = error
                        throw error
                    }
                }
            } catch {
                // What a later operator threw is not this element's fault.
                if let downstream { throw downstream }
                try output.context.reject(batch.elements[index], at: timestamp, because: error)
                continue
            }
            if output.context.counters.emitted &+ output.pendingCount == before {
                output.context.counters.filtered &+= 1
            }
        }
    }
}

extension DataStream {
    /// Each element turned into an array of others, at the same event time.
    ///
    /// An element that becomes nothing counts as filtered; one for which `transform` throws is
    /// rejected by the operator's error policy.
    @inlinable
    public func flatMap<Output: Sendable>(
        name: String? = nil, _ transform: @escaping @Sendable (Element) throws -> [Output]
    ) -> DataStream<Output> {
        flatMap(name: name, as: Output.self) { element, emit in
            for made in try transform(element) { try emit(made) }
        }
    }

    /// Each element turned into whatever `transform` emits for it, without an array in between.
    @inlinable
    public func flatMap<Output: Sendable>(
        name: String? = nil, as type: Output.Type,
        _ transform: @escaping @Sendable (Element, (Output) throws -> Void) throws -> Void
    ) -> DataStream<Output> {
        chained("flatMap", name: name, as: Output.self) { context, port in
            OperatorBox.port(FlatMapOperator(transform), context: context, to: port)
        }
    }
}
