/// Scatters a stream over the partitions of a keyed operator: each element goes to the partition that
/// owns its key's group.
///
/// Watermarks are held back as partial batches are, and a later one replaces an earlier one. Where every
/// watermark counts (`isExact`), each goes out at once.
@usableFromInline
final class KeyedExchange<Element: Sendable, Key: StreamKey>: Egress {
    @usableFromInline let lanes: [Lane]
    @usableFromInline let selector: KeySelector<Element, Key>
    @usableFromInline var run = KeyRun<Key>()
    @usableFromInline let partitionOfGroup: [UInt16]
    @usableFromInline let groups: KeyGroups
    @usableFromInline let isExact: Bool
    @usableFromInline let context: OperatorContext
    /// One per lane.
    ///
    /// Safety: initialised from the beginning to the end; nobody else has the pointer.
    @usableFromInline let buffers: UnsafeMutablePointer<PartitionBuffer<Element>>
    @usableFromInline var heldWatermark: Timestamp?
    /// Sends elements of another type through the same lanes, and no signals.
    @usableFromInline var companion: (any Egress)?
    /// Pushes what must be in a lane before anything of this exchange.
    @usableFromInline var pushFirst: ((Int) -> Void)?

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
        buffers = .allocate(capacity: lanes.count)
        let capacity = Self.capacity(of: lanes.count)
        for partition in lanes.indices {
            (buffers + partition).initialize(to: PartitionBuffer(capacity: capacity))
        }
    }

    /// How many elements go through one of so many lanes at a time. A message costs as much as a hundred of them do
    /// otherwise, so where they are few and small, batches are larger than elsewhere.
    @inlinable
    static func capacity(of laneCount: Int) -> Int {
        let bytes = MemoryLayout<Element>.stride + MemoryLayout<Timestamp>.stride
        let room = (128 << 10) / (bytes * max(1, laneCount))
        return min(max(room, batchCapacity), 4 * batchCapacity)
    }

    deinit {
        buffers.deinitialize(count: lanes.count)
        buffers.deallocate()
    }

    /// Lets an exchange of other elements use the same lanes. What this one holds never comes behind what the other
    /// got later; signals go through this one alone, behind the elements of both.
    @inlinable
    func share<Other: Sendable>(lanesWith other: KeyedExchange<Other, Key>) {
        companion = other
        other.pushFirst = { [unowned self] in push($0) }
    }

    @inlinable
    var port: Port<Element> {
        Port(batch: { try self.receive(&$0) }, signal: { self.signal($0) })
    }

    @inlinable
    func receive(_ batch: inout Batch<Element>) throws {
        try selector.fill(&run, &batch, context)
        let hashes = run.hashes
        batch.elements.withUnsafeBufferPointer { elements in
            batch.timestamps.withUnsafeBufferPointer { timestamps in
                for index in 0..<elements.count {
                    send(elements[index], hash: hashes[index], at: timestamps[index])
                }
            }
        }
    }

    /// Sends one element whose key has this hash.
    @inlinable @inline(__always)
    func send(_ element: Element, hash: UInt64, at timestamp: Timestamp) {
        let partition = Int(partitionOfGroup[groups.group(of: hash)])
        buffers[partition].append(element, at: timestamp)
        if buffers[partition].isFull { push(partition) }
    }

    @inlinable @inline(never)
    func push(_ partition: Int) {
        if buffers[partition].isEmpty { return }
        pushFirst?(partition)
        let batch = buffers[partition].take()
        lanes[partition].push(.batch(batch), size: batch.count)
    }

    @inlinable
    func signal(_ signal: Signal) {
        switch signal {
        case .tick: return
        case .watermark(let watermark) where !isExact && watermark != .max:
            heldWatermark = watermark
        case .watermark, .status:
            flushPartial()
            for lane in lanes { lane.push(.signal(signal)) }
        }
    }

    @usableFromInline
    func flushPartial() {
        for partition in lanes.indices { push(partition) }
        companion?.flushPartial()
        guard let watermark = heldWatermark else { return }
        for lane in lanes { lane.push(.signal(.watermark(watermark))) }
        heldWatermark = nil
    }
}
