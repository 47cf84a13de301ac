/// The second half of a windowed aggregate, behind the exchange: merges partial results into the panes of
/// the keys that live here, and fires the windows.
@usableFromInline
struct PaneMergeOperator<Key: StreamKey, A: Aggregate>: Operator, ~Copyable {
    @usableFromInline typealias Input = PanePartial<Key, A>
    @usableFromInline typealias Output = Windowed<Key, A.Output>

    @usableFromInline var windows: PaneWindowOperator<Key, A>
    @usableFromInline var elements = Batch<A.Input>()

    @inlinable
    init(_ windows: consuming PaneWindowOperator<Key, A>) { self.windows = windows }

    @inlinable
    mutating func process(
        _ batch: inout Batch<PanePartial<Key, A>>, into output: inout Emitter<Output>
    ) throws {
        var index = 0
        while index < batch.count {
            let partial = batch.elements[index]
            if case .element = partial.content {
                let end = end(ofRunFrom: index, in: batch.elements) {
                    if case .element = $0.content { true } else { false }
                }
                try add(batch, index..<end, output: &output)
                index = end
            } else {
                let end = end(ofRunFrom: index, in: batch.elements) {
                    guard case .accumulator = $0.content else { return false }
                    return $0.paneStart == partial.paneStart
                }
                merge(batch.elements, index..<end, context: output.context)
                index = end
            }
        }
    }

    /// The end of a run of partials that are alike.
    @inlinable @inline(__always)
    func end(
        ofRunFrom start: Int, in partials: ContiguousArray<Input>, _ isAlike: (Input) -> Bool
    ) -> Int {
        var end = start + 1
        while end < partials.count, isAlike(partials[end]) { end += 1 }
        return end
    }

    /// Adds a run of elements.
    @inlinable
    mutating func add(
        _ batch: Batch<Input>, _ range: Range<Int>, output: inout Emitter<Output>
    ) throws {
        elements.refill(count: range.count) { place in
            let index = range.lowerBound + place
            guard case .element(let element) = batch.elements[index].content else {
                preconditionFailure("the run is one of elements")
            }
            return (element, batch.timestamps[index])
        }
        try windows.process(&elements, into: &output)
    }

    /// Merges a run of accumulators into the pane that they belong to.
    @inlinable
    mutating func merge(
        _ partials: ContiguousArray<PanePartial<Key, A>>, _ range: Range<Int>,
        context: OperatorContext
    ) {
        let start = partials[range.lowerBound].paneStart
        if windows.isExpired(paneAt: start) {
            // Only a lane that was idle while the others went on can be this late.
            for partial in partials[range] {
                if case .accumulator(_, let count) = partial.content {
                    context.counters.late += count
                }
            }
            return
        }
        let aggregate = windows.aggregate
        windows.run.fill(count: range.count) { partials[range.lowerBound + $0].key }
        windows.panes.pane(start).table.updateAll(
            windows.run, in: 0..<range.count, initial: { aggregate.makeAccumulator() },
            body: { place, accumulator in
                if case .accumulator(let part, _) = partials[range.lowerBound + place].content {
                    aggregate.merge(part, into: &accumulator)
                }
            })
    }

    @inlinable
    mutating func advance(
        to watermark: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress {
        try windows.advance(to: watermark, into: &output)
    }

    @inlinable
    mutating func snapshot() -> PaneWindowOperator<Key, A>.Snapshot { windows.snapshot() }

    @inlinable
    mutating func restore(
        _ snapshots: [PaneWindowOperator<Key, A>.Snapshot], owning groups: GroupOwnership
    ) throws {
        try windows.restore(snapshots, owning: groups)
    }

    @inlinable
    var stateCount: Int { windows.stateCount }

    @inlinable
    func visitKeyHashes(_ body: (UInt64) -> Void) { windows.visitKeyHashes(body) }

    @inlinable
    var nextDue: Timestamp? { windows.nextDue }
}
