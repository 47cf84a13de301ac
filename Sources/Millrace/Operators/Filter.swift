/// Passes on the elements for which a predicate holds; the batch is compacted in place.
@usableFromInline
struct FilterOperator<Element: Sendable>: Operator {
    @usableFromInline let predicate: @Sendable (Element) throws -> Bool

    @inlinable
    init(_ predicate: @escaping @Sendable (Element) throws -> Bool) { self.predicate = predicate }

    @inlinable
    mutating func process(
        _ batch: inout Batch<Element>, into output: inout Emitter<Element>
    ) throws {
        let count = batch.count
        let context = output.context
        var kept = 0
        var failed = 0
        try batch.timestamps.withUnsafeMutableBufferPointer { timestamps in
            try batch.elements.withUnsafeMutableBufferPointer { elements in
                for index in 0..<count {
                    do {
                        guard try predicate(elements[index]) else { continue }
                    } catch {
                        failed += 1
                        try context.reject(
                            elements[index], at: timestamps[index], because: error)
                        continue
                    }
                    if kept != index {
                        elements.swapAt(kept, index)
                        timestamps[kept] = timestamps[index]
                    }
                    kept &+= 1
                }
            }
        }
        if kept < count {
            batch.elements.removeLast(count - kept)
            batch.timestamps.removeLast(count - kept)
            context.counters.filtered &+= count - kept - failed
        }
        try output.forward(&batch)
    }
}

extension DataStream {
    /// The elements for which `predicate` holds. An element for which it throws is rejected by the
    /// operator's error policy.
    @inlinable
    public func filter(
        name: String? = nil, _ predicate: @escaping @Sendable (Element) throws -> Bool
    ) -> DataStream<Element> {
        chained("filter", name: name, as: Element.self) { context, port in
            OperatorBox.port(FilterOperator(predicate), context: context, to: port)
        }
    }
}
