/// Turns each element into one, or into none where the transform gives `nil`.
@usableFromInline
struct CompactMapOperator<Input: Sendable, Output: Sendable>: Operator {
    @usableFromInline let transform: @Sendable (Input) throws -> Output?

    @inlinable
    init(_ transform: @escaping @Sendable (Input) throws -> Output?) { self.transform = transform }

    @inlinable
    mutating func process(
        _ batch: inout Batch<Input>, into output: inout Emitter<Output>
    ) throws {
        for index in 0..<batch.count {
            let made: Output?
            do {
                made = try transform(batch.elements[index])
            } catch {
                try output.context.reject(
                    batch.elements[index], at: batch.timestamps[index], because: error)
                continue
            }
            if let made {
                try output.emit(made, at: batch.timestamps[index])
            } else {
                output.context.counters.filtered &+= 1
            }
        }
    }
}

extension DataStream {
    /// Each element turned into another, at the same event time. An element for which `transform`
    /// throws is rejected by the operator's error policy.
    @inlinable
    public func map<Output: Sendable>(
        name: String? = nil, _ transform: @escaping @Sendable (Element) throws -> Output
    ) -> DataStream<Output> {
        chained("map", name: name, as: Output.self) { context, port in
            OperatorBox.port(
                CompactMapOperator { try transform($0) }, context: context, to: port)
        }
    }

    /// Each element turned into another, or left out (and counted as filtered) where `transform` gives
    /// `nil`.
    @inlinable
    public func compactMap<Output: Sendable>(
        name: String? = nil, _ transform: @escaping @Sendable (Element) throws -> Output?
    ) -> DataStream<Output> {
        chained("compactMap", name: name, as: Output.self) { context, port in
            OperatorBox.port(CompactMapOperator(transform), context: context, to: port)
        }
    }
}
