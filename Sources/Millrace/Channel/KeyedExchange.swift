/// Scatters a stream over the partitions of a keyed operator: each element goes to the partition that
/// owns its key's group.
///
/// Watermarks are held back until batches fill up, a few of them have come, or the worker has nothing
/// else to do; a later watermark replaces an earlier one. Where every watermark counts (`isExact`),
/// each goes out at once.
@usableFromInline
final class KeyedExchange<Element: Sendable, Key: StreamKey>: Egress {
    @usableFromInline let lanes: [Lane]
    @usableFromInline let selector: KeySelector<Element, Key>
    @usableFromInline var run = KeyRun<Key>()
    @usableFromInline let partitionOfGroup: [UInt16]
    @usableFromInline let groups: KeyGroups
    @usableFromInline let isExact: Bool
    @usableFromInline let context: OperatorContext
    @usableFromInline var buffers: [Batch<Element>]
    @usableFromInline var heldWatermark: Timestamp?
    @usableFromInline var heldCount = 0

    @inlinable
    init(
        lanes: [Lane], groups: KeyGroups, isExact: Bool, context: OperatorContext,
        selector: KeySelector<Element, Key>
    ) {
        self.lanes = lanes
        self.selector = selector
        self.groups = groups
        self.isExact = isExact
        self.context = context
        partitionOfGroup = (0..<groups.count).map {
            UInt16(groups.partition(ofGroup: $0, of: lanes.count))
        }
        buffers = lanes.map { _ in Self.freshBatch() }
    }

    @inlinable
    static func freshBatch() -> Batch<Element> {
        var batch = Batch<Element>()
        batch.reserveCapacity(batchCapacity)
        return batch
    }

    @inlinable
    func receive(_ batch: inout Batch<Element>) throws {
        try selector.fill(&run, &batch, context)
        for index in 0..<batch.count {
            let partition = Int(partitionOfGroup[groups.group(of: run.hashes[index])])
            buffers[partition].append(batch.elements[index], at: batch.timestamps[index])
            if buffers[partition].count >= batchCapacity { push(partition) }
        }
    }

    @inlinable
    func push(_ partition: Int) {
        if buffers[partition].isEmpty { return }
        lanes[partition].push(.batch(buffers[partition]))
        buffers[partition] = Self.freshBatch()
    }

    @inlinable
    func signal(_ signal: Signal) {
        switch signal {
        case .tick: return
        case .watermark(let watermark) where !isExact && watermark != .max:
            heldWatermark = watermark
            heldCount += 1
            if heldCount >= 2 * lanes.count { flushPartial() }
        case .watermark, .status:
            flushPartial()
            for lane in lanes { lane.push(.signal(signal)) }
        }
    }

    @usableFromInline
    func flushPartial() {
        for partition in lanes.indices { push(partition) }
        guard let watermark = heldWatermark else { return }
        for lane in lanes { lane.push(.signal(.watermark(watermark))) }
        heldWatermark = nil
        heldCount = 0
    }
}
