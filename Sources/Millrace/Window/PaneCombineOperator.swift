/// The first half of a windowed aggregate, before the exchange: adds up each pane where its elements are,
/// so that a hot key costs one partial result per pane instead of every element.
///
/// A pane goes out when the watermark here reaches the end of its first window. What comes for it
/// afterwards goes out as it is, so that the second half decides what is late: the watermark there is never
/// ahead of this one, unless this input has been idle or begins again where it had been: then everything goes out as
/// it is. Once nearly every element has a key of its own, nothing is added up any more: each goes out alone, in the
/// narrower form.
@usableFromInline
struct PaneCombineOperator<Key: StreamKey, A: Aggregate>: Operator, ~Copyable {
    @usableFromInline typealias Input = A.Input
    @usableFromInline typealias Output = PanePartial<Key, A.Accumulator>

    /// More keys than this in one pane go out early, so that memory is bounded.
    @usableFromInline static var keyLimit: Int { 1 << 17 }

    @usableFromInline let grid: PaneGrid
    @usableFromInline let aggregate: A
    @usableFromInline let selector: KeySelector<A.Input, Key>
    @usableFromInline let exchange: PaneExchange<Key, A>
    @usableFromInline var panes = PaneSet<Key, A.Accumulator>()
    /// Up to here, event time on the other side may be ahead of the watermark: for ever once this input has been
    /// idle, since nobody tells how far the others have gone by then.
    @usableFromInline var overtakenUntil: Timestamp
    @usableFromInline var run = KeyRun<Key>()
    @usableFromInline var watermark = Timestamp.none
    /// The pane that is going out, while the output is full.
    @usableFromInline var leaving: Pane<Key, A.Accumulator>?
    @usableFromInline var cursor = KeyTable<Key, A.Accumulator>.Cursor()
    /// The part of a batch that goes out as it is: scratch memory.
    @usableFromInline var passing = Batch<A.Input>()
    /// Whether adding up gains nothing.
    @usableFromInline var passesThrough = false

    /// - Parameter timeAhead: Where event time stands on the other side.
    @inlinable
    init(
        grid: PaneGrid, aggregate: A, selector: KeySelector<A.Input, Key>,
        exchange: PaneExchange<Key, A>, timeAhead: Timestamp
    ) {
        overtakenUntil = timeAhead
        self.grid = grid
        self.aggregate = aggregate
        self.selector = selector
        self.exchange = exchange
    }

    @inlinable
    mutating func process(
        _ batch: inout Batch<A.Input>, into output: inout Emitter<Output>
    ) throws {
        if watermark < overtakenUntil || passesThrough && !PaneExchange<Key, A>.narrowsElements {
            return try Self.pass(&batch, to: exchange, &output)
        }
        try selector.fill(&run, &batch, output.context)
        guard let first = batch.timestamps.first else { return }
        let start = grid.paneStart(of: first)
        if grid.holds(batch.timestamps, inPaneAt: start) {
            try add(batch, 0..<batch.count, toPane: start, output: &output)
            return
        }
        var groups = PaneGroups(batch.timestamps, grid: grid)
        while let group = groups.next() {
            try add(batch, group.indices, toPane: group.start, output: &output)
        }
    }

    @inlinable @inline(__always)
    mutating func add(
        _ batch: Batch<A.Input>, _ indices: some RandomAccessCollection<Int>, toPane start: Int64,
        output: inout Emitter<Output>
    ) throws {
        if batch.timestamps[indices.first ?? 0] == .none { throw StreamError.noTimestamp }
        let first = grid.firstStart(endingAfter: start)
        if first > start || grid.window(startingAt: first).maxTimestamp <= watermark {
            return try pass(batch, indices, &output)
        }
        if passesThrough { return try passNarrowed(batch, indices, inPaneAt: start, &output) }
        let pane = panes.pane(start)
        fold(batch, indices, into: pane)
        pane.addedCount &+= indices.count
        if pane.table.count > Self.keyLimit { try sendEarly(pane, output: &output) }
    }

    /// Sends elements as they are.
    @inlinable
    mutating func pass(
        _ batch: Batch<A.Input>, _ indices: some RandomAccessCollection<Int>,
        _ output: inout Emitter<Output>
    ) throws {
        let first = indices.startIndex
        passing.refill(count: indices.count) { place in
            let index = indices[indices.index(first, offsetBy: place)]
            return (batch.elements[index], batch.timestamps[index])
        }
        let exchange = exchange
        try Self.pass(&passing, to: exchange, &output)
    }

    @inlinable
    static func pass(
        _ batch: inout Batch<A.Input>, to exchange: PaneExchange<Key, A>,
        _ output: inout Emitter<Output>
    ) throws {
        // Partial results of the same keys must not come behind them.
        try output.flush()
        // An element whose key cannot be told is taken out on the way.
        let failed = output.context.counters.failed
        let count = batch.count
        try exchange.elements.receive(&batch)
        output.context.counters.emitted &+= count - (output.context.counters.failed - failed)
    }

    /// Sends elements one by one, in the narrower form.
    @inlinable @inline(never)
    mutating func passNarrowed(
        _ batch: Batch<A.Input>, _ indices: some RandomAccessCollection<Int>,
        inPaneAt start: Int64, _ output: inout Emitter<Output>
    ) throws {
        try output.flush()
        exchange.sendNarrowed(batch, indices, run, addedUpBy: aggregate, inPaneAt: start)
        output.context.counters.emitted &+= indices.count
    }

    @inlinable @inline(__always)
    mutating func fold(
        _ batch: Batch<A.Input>, _ indices: some RandomAccessCollection<Int>,
        into pane: Pane<Key, A.Accumulator>
    ) {
        let aggregate = aggregate
        batch.elements.withUnsafeBufferPointer { elements in
            batch.timestamps.withUnsafeBufferPointer { timestamps in
                pane.table.updateAll(
                    run, in: indices, initial: { aggregate.makeAccumulator() },
                    body: { index, accumulator in
                        aggregate.add(elements[index], at: timestamps[index], to: &accumulator)
                    })
            }
        }
    }

    // MARK: - Going out

    @inlinable
    mutating func advance(
        to watermark: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress {
        if self.watermark < overtakenUntil && overtakenUntil <= watermark {
            // What is added up from here on does not wait for what went out as it is.
            exchange.elements.flushPartial()
        }
        self.watermark = watermark
        return try sendDue(at: watermark, into: &output)
    }

    /// While this input is idle, the others move time on: what has been added up goes out before, and what is
    /// added up from then on may be late on the other side.
    @inlinable
    mutating func changeStatus(
        to status: InputStatus, into output: inout Emitter<Output>
    ) throws -> Progress {
        if status != .idle { return .done }
        if try sendDue(at: .max, into: &output) == .more { return .more }
        overtakenUntil = .max
        return .done
    }

    /// Sends the panes whose first window is due, as far as there is room.
    @inlinable
    mutating func sendDue(
        at watermark: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress {
        while let pane = leaving ?? nextDue(at: watermark) {
            leaving = pane
            if try send(pane, output: &output) == .more { return .more }
            leaving = nil
            panes.close(pane)
        }
        return .done
    }

    /// The first pane whose first window is due.
    @inlinable
    func nextDue(at watermark: Timestamp) -> Pane<Key, A.Accumulator>? {
        guard let pane = panes.first else { return nil }
        let first = grid.firstStart(endingAfter: pane.start)
        return grid.window(startingAt: first).maxTimestamp <= watermark ? pane : nil
    }

    @inlinable
    mutating func send(
        _ pane: Pane<Key, A.Accumulator>, output: inout Emitter<Output>
    ) throws -> Progress {
        let start = Timestamp(millis: pane.start)
        var cursor = cursor
        var hasMore = true
        while hasMore {
            if output.isFull {
                self.cursor = cursor
                return .more
            }
            hasMore = try pane.table.visit(&cursor, limit: batchCapacity) { key, accumulator in
                try output.emit(PanePartial(key: key, accumulator: accumulator), at: start)
            }
        }
        self.cursor = .init()
        return .done
    }

    /// Sends a pane that has grown too large, and gives up adding up, anywhere, where that gained nothing.
    @inlinable @inline(never)
    mutating func sendEarly(
        _ pane: Pane<Key, A.Accumulator>, output: inout Emitter<Output>
    ) throws {
        passesThrough = pane.addedCount < 2 * pane.table.count
        try sendWhole(pane, &output)
        if passesThrough { try sendAll(&output) }
    }

    @inlinable
    var stateCount: Int { panes.keyCount }
}

extension PaneCombineOperator {
    /// Sends every pane, so that a checkpoint holds partial results in one place only, where keys live.
    @inlinable
    mutating func prepareSnapshot(into output: inout Emitter<Output>) throws {
        try sendAll(&output)
    }

    @inlinable
    mutating func sendAll(_ output: inout Emitter<Output>) throws {
        while let pane = panes.first { try sendWhole(pane, &output) }
    }

    /// Sends a pane, room or not.
    @inlinable
    mutating func sendWhole(
        _ pane: Pane<Key, A.Accumulator>, _ output: inout Emitter<Output>
    ) throws {
        let start = Timestamp(millis: pane.start)
        try pane.table.visit { key, accumulator in
            try output.emit(PanePartial(key: key, accumulator: accumulator), at: start)
        }
        panes.close(pane)
    }

    @inlinable
    mutating func snapshot() -> Timestamp { watermark }

    @inlinable
    mutating func restore(_ snapshots: [Timestamp], owning groups: GroupOwnership) throws {
        watermark = snapshots.min() ?? .none
    }
}
