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
        let (count, context) = (batch.count, output.context)
        var (kept, index, failed) = (0, 0, 0)
        // A batch that others share is copied when it is written to. Most filters keep all of it or nothing,
        // or stop at one place: so it is only read up to the first element that has to move.
        try batch.elements.withUnsafeBufferPointer { elements in
            while index < count {
                if try keeps(elements[index], at: batch.timestamps[index], &failed, context) {
                    if kept < index { break }
                    kept &+= 1
                }
                index &+= 1
            }
        }
        if kept == 0, index == count {
            // Shortening a batch that others share would copy all of it first.
            context.counters.filtered &+= count - failed
            return
        }
        if index < count { kept = try compact(&batch, into: kept, from: index, &failed, context) }
        if kept < count {
            batch.elements.removeLast(count - kept)
            batch.timestamps.removeLast(count - kept)
            context.counters.filtered &+= count - kept - failed
        }
        try output.forward(&batch)
    }

    @inlinable @inline(__always)
    func keeps(
        _ element: Element, at timestamp: Timestamp, _ failed: inout Int,
        _ context: OperatorContext
    ) throws -> Bool {
        do { return try predicate(element) } catch {
            failed += 1
            try context.reject(element, at: timestamp, because: error)
            return false
        }
    }

    /// Moves the element at `first`, which is kept, and all that are kept behind it to `place`.
    /// - Returns: How many elements are kept in all.
    @inlinable @inline(__always)
    func compact(
        _ batch: inout Batch<Element>, into place: Int, from first: Int, _ failed: inout Int,
        _ context: OperatorContext
    ) throws -> Int {
        var kept = place
        try batch.timestamps.withUnsafeMutableBufferPointer { timestamps in
            try batch.elements.withUnsafeMutableBufferPointer { elements in
                for index in first..<elements.count {
                    if index > first,
                        !(try keeps(elements[index], at: timestamps[index], &failed, context))
                    {
                        continue
                    }
                    elements.swapAt(kept, index)
                    timestamps[kept] = timestamps[index]
                    kept &+= 1
                }
            }
        }
        return kept
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
