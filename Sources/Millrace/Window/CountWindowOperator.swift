/// Windows by count: every `slide` elements of a key, a window of its last `size`.
@usableFromInline
struct CountWindowOperator<Key: StreamKey, A: Aggregate>: Operator, ~Copyable {
    @usableFromInline typealias Input = A.Input
    @usableFromInline typealias Output = Windowed<Key, A.Output>

    /// A key's last elements, and how many have come since it last fired.
    @usableFromInline
    struct Recent: Sendable {
        @usableFromInline var elements: [TimedElement<A.Input>] = []
        @usableFromInline var sinceFiring = 0

        @inlinable
        init() {}
    }

    @usableFromInline let size: Int
    @usableFromInline let slide: Int
    @usableFromInline let aggregate: A
    @usableFromInline let selector: KeySelector<A.Input, Key>
    @usableFromInline var keys = KeyTable<Key, Recent>()
    @usableFromInline var run = KeyRun<Key>()

    @inlinable
    init(size: Int, slide: Int, aggregate: A, selector: KeySelector<A.Input, Key>) {
        self.size = size
        self.slide = slide
        self.aggregate = aggregate
        self.selector = selector
    }

    @inlinable
    mutating func process(
        _ batch: inout Batch<A.Input>, into output: inout Emitter<Output>
    ) throws {
        try selector.fill(&run, &batch, output.context)
        for index in 0..<run.count {
            let key = run.keys[index]
            let element = TimedElement(
                element: batch.elements[index], timestamp: batch.timestamps[index])
            // Safety: the slot is used before the table changes again.
            let slot = keys.pointer(to: key, hash: run.hashes[index], default: Recent())
            let full = add(element, to: &slot.pointee)
            guard let full else { continue }
            var accumulator = aggregate.makeAccumulator()
            for kept in full { aggregate.add(kept.element, at: kept.timestamp, to: &accumulator) }
            // The result has no event time of its own and carries the greatest timestamp.
            try output.emit(
                Windowed(key: key, window: .global, value: aggregate.result(of: accumulator)),
                at: .max)
        }
    }

    /// Adds an element; returns the window's elements if it fires.
    @inlinable
    func add(
        _ element: TimedElement<A.Input>, to recent: inout Recent
    ) -> [TimedElement<A.Input>]? {
        recent.elements.append(element)
        recent.sinceFiring += 1
        if recent.elements.count > size { recent.elements.removeFirst() }
        guard recent.sinceFiring == slide else { return nil }
        recent.sinceFiring = 0
        let full = recent.elements
        if slide >= size { recent.elements = [] }
        return full
    }

    @inlinable
    mutating func snapshot() -> KeyTableSnapshot<Key, Recent> { keys.capture() }

    @inlinable
    mutating func restore(
        _ snapshots: [KeyTableSnapshot<Key, Recent>], owning groups: GroupOwnership
    ) throws {
        for snapshot in snapshots {
            keys.insert(contentsOf: snapshot, groups: groups.range, of: groups.groups)
        }
    }

    @inlinable
    var stateCount: Int { keys.count }

    @inlinable
    func visitKeyHashes(_ body: (UInt64) -> Void) { keys.visit { key, _ in body(key.stableHash) } }
}
