extension PaneWindowOperator {
    @usableFromInline typealias Partial = PanePartial<Key, A.Accumulator>

    /// Merges partial results, each into the pane that begins at its timestamp.
    @inlinable
    mutating func merge(_ batch: Batch<Partial>, _ context: OperatorContext) {
        batch.elements.withUnsafeBufferPointer { partials in
            Self.forEachPane(of: batch.timestamps) { start, range in
                if isExpired(paneAt: start) {
                    assertionFailure("what may be late crosses as it is")
                    context.counters.late += range.count
                } else {
                    merge(range, intoPane: start) { partials[$0] }
                }
            }
        }
    }

    @inlinable @inline(__always)
    mutating func merge(
        _ range: Range<Int>, intoPane start: Int64, _ partial: (Int) -> Partial
    ) {
        let aggregate = aggregate
        run.fill(count: range.count) { partial(range.lowerBound &+ $0).key }
        pane(start).table.updateAll(
            run, in: 0..<range.count, initial: { aggregate.makeAccumulator() },
            body: { place, accumulator in
                aggregate.merge(
                    partial(range.lowerBound &+ place).accumulator, into: &accumulator)
            })
    }

    /// Calls `body` for each run of equal timestamps.
    @inlinable @inline(__always)
    static func forEachPane(
        of timestamps: ContiguousArray<Timestamp>, _ body: (Int64, Range<Int>) -> Void
    ) {
        timestamps.withUnsafeBufferPointer { timestamps in
            if let start = timestamps.uniform { return body(start.millis, 0..<timestamps.count) }
            var begin = 0
            while begin < timestamps.count {
                let start = timestamps[begin]
                var end = begin &+ 1
                while end < timestamps.count, timestamps[end] == start { end &+= 1 }
                body(start.millis, begin..<end)
                begin = end
            }
        }
    }
}
