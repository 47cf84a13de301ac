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
        elements.removeAll()
        var index = 0
        while index < batch.count {
            let partial = batch.elements[index]
            if case .element(let element) = partial.content {
                elements.append(element, at: batch.timestamps[index])
                index += 1
                continue
            }
            let end = endOfRun(batch.elements, from: index)
            merge(batch.elements, index..<end, context: output.context)
            index = end
        }
        if !elements.isEmpty { try windows.process(&elements, into: &output) }
    }

    /// The end of the run of accumulators of one pane.
    @inlinable
    func endOfRun(_ partials: ContiguousArray<PanePartial<Key, A>>, from start: Int) -> Int {
        let pane = partials[start].paneStart
        var end = start + 1
        while end < partials.count, partials[end].paneStart == pane,
            case .accumulator = partials[end].content
        { end += 1 }
        return end
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
