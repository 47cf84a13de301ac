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
        let aggregate = windows.aggregate
        for index in 0..<batch.count {
            let partial = batch.elements[index]
            switch partial.content {
            case .element(let element):
                elements.append(element, at: batch.timestamps[index])
            case .accumulator(let part, let count):
                if windows.isExpired(paneAt: partial.paneStart) {
                    // Only a lane that was idle while the others went on can be this late.
                    output.context.counters.late += count
                    continue
                }
                windows.pane(partial.paneStart).table.update(
                    partial.key, hash: partial.key.stableHash, default: aggregate.makeAccumulator()
                ) { aggregate.merge(part, into: &$0) }
            }
        }
        if !elements.isEmpty { try windows.process(&elements, into: &output) }
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
}
