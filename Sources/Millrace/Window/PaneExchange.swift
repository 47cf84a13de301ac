/// Where a stream goes that is added up in panes before the exchange: rows of two kinds, through the same
/// lanes.
///
/// What is merged later on the other side never comes there before what was added up first.
@usableFromInline
struct PaneExchange<Key: StreamKey, A: Aggregate> {
    @usableFromInline typealias Partial = PanePartial<Key, A.Accumulator>

    /// What cannot be late. Signals go this way.
    @usableFromInline let partials: KeyedExchange<Partial, Key>
    /// What may be late, or is not worth adding up.
    @usableFromInline let elements: KeyedExchange<A.Input, Key>

    @inlinable
    init(
        lanes: [Lane], groups: KeyGroups, isExact: Bool, context: OperatorContext,
        selector: KeySelector<A.Input, Key>
    ) {
        partials = KeyedExchange(
            lanes: lanes, groups: groups, isExact: isExact, context: context,
            selector: Self.partialSelector)
        elements = KeyedExchange(
            lanes: lanes, groups: groups, isExact: isExact, context: context, selector: selector)
        partials.share(lanesWith: elements)
    }

    @inlinable
    static var partialSelector: KeySelector<Partial, Key> { KeySelector { $0.key } }

    /// Whether an element is more to carry than what it adds up to alone, which is made without memory of its own.
    @inlinable
    static var narrowsElements: Bool {
        _isPOD(A.Accumulator.self)
            && MemoryLayout<Partial>.stride < MemoryLayout<A.Input>.stride
    }

    /// Sends some elements of a batch, each as a partial result of its own.
    /// - Parameter run: The keys of the whole batch.
    @inlinable @inline(__always)
    func sendNarrowed(
        _ batch: Batch<A.Input>, _ indices: some RandomAccessCollection<Int>,
        _ run: borrowing KeyRun<Key>, addedUpBy aggregate: A, inPaneAt start: Int64
    ) {
        let (keys, hashes, partials) = (run.keys, run.hashes, partials)
        batch.elements.withUnsafeBufferPointer { elements in
            batch.timestamps.withUnsafeBufferPointer { timestamps in
                for index in indices {
                    var accumulator = aggregate.makeAccumulator()
                    aggregate.add(elements[index], at: timestamps[index], to: &accumulator)
                    partials.send(
                        PanePartial(key: keys[index], accumulator: accumulator),
                        hash: hashes[index], at: Timestamp(millis: start))
                }
            }
        }
    }
}
