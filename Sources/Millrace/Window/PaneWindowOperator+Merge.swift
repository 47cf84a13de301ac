extension PaneWindowOperator {
    @usableFromInline typealias Partial = PanePartial<Key, A.Accumulator>

    /// Merges partial results, each into the pane that begins at its timestamp.
    @inlinable
    mutating func merge(_ batch: Batch<Partial>, _ context: OperatorContext) {
        var begin = 0
        while begin < batch.count {
            let start = batch.timestamps[begin]
            var end = begin + 1
            while end < batch.count, batch.timestamps[end] == start { end += 1 }
            merge(batch.elements, begin..<end, intoPane: start.millis, context)
            begin = end
        }
    }

    @inlinable
    mutating func merge(
        _ partials: ContiguousArray<Partial>, _ range: Range<Int>, intoPane start: Int64,
        _ context: OperatorContext
    ) {
        if isExpired(paneAt: start) {
            // Only a lane that was idle while the others went on can be this late, or one that begins again
            // where it had been: their partial results are counted.
            for partial in partials[range] {
                assert(partial.count > 0, "what may be late is counted")
                context.counters.late += partial.count
            }
            return
        }
        let aggregate = aggregate
        partials.withUnsafeBufferPointer { partials in
            run.fill(count: range.count) { partials[range.lowerBound + $0].key }
            pane(start).table.updateAll(
                run, in: 0..<range.count, initial: { aggregate.makeAccumulator() },
                body: { place, accumulator in
                    aggregate.merge(
                        partials[range.lowerBound + place].accumulator, into: &accumulator)
                })
        }
    }
}
