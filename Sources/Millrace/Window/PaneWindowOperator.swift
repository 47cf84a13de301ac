/// Tumbling and sliding windows that fire when the watermark passes their end: one table of
/// accumulators per pane, combined when a window fires.
///
/// Elements within the allowed lateness fire their windows again at once, with everything so far.
@usableFromInline
struct PaneWindowOperator<Key: StreamKey, A: Aggregate>: Operator, ~Copyable {
    @usableFromInline typealias Input = A.Input
    @usableFromInline typealias Output = Windowed<Key, A.Output>

    @usableFromInline let grid: PaneGrid
    @usableFromInline let latenessMillis: Int64
    @usableFromInline let aggregate: A
    @usableFromInline let selector: KeySelector<A.Input, Key>

    @usableFromInline var panes = PaneSet<Key, A.Accumulator>()
    @usableFromInline var watermark = Timestamp.none
    @usableFromInline var run = KeyRun<Key>()
    /// The window that is being fired, while the output is full or rows are left.
    @usableFromInline var firing: Firing?
    /// The start of the last window that has fired.
    @usableFromInline var lastFired: Int64?
    /// The combined accumulators of the window that is being fired, if it has several panes.
    @usableFromInline var combined = KeyTable<Key, A.Accumulator>()
    /// The starts of the panes that ``combined`` holds, as they are now: those that a window shares with the one
    /// before; `nil` if it holds nothing of use.
    @usableFromInline var combinedPanes: Range<Int64>?
    /// The accumulators of a pane on their way there.
    @usableFromInline var parts = ContiguousArray<A.Accumulator>()

    @usableFromInline
    struct Firing {
        @usableFromInline var start: Int64
        @usableFromInline var cursor: KeyTable<Key, A.Accumulator>.Cursor
        /// The only pane of the window; `nil` if the panes have been combined.
        @usableFromInline var pane: Pane<Key, A.Accumulator>?

        @inlinable
        init(
            start: Int64, cursor: KeyTable<Key, A.Accumulator>.Cursor,
            pane: Pane<Key, A.Accumulator>?
        ) {
            self.start = start
            self.cursor = cursor
            self.pane = pane
        }
    }

    @inlinable
    init(
        grid: PaneGrid, latenessMillis: Int64, aggregate: A,
        selector: KeySelector<A.Input, Key>
    ) {
        self.grid = grid
        self.latenessMillis = latenessMillis
        self.aggregate = aggregate
        self.selector = selector
    }

    // MARK: - Elements

    @inlinable
    mutating func process(
        _ batch: inout Batch<A.Input>, into output: inout Emitter<Output>
    ) throws {
        try selector.fill(&run, &batch, output.context)
        guard let first = batch.timestamps.first else { return }
        if batch.isInEventTimeOrder
            || grid.holds(batch.timestamps, inPaneAt: grid.paneStart(of: first))
        {
            // Each pane's events lie side by side.
            var begin = 0
            while begin < batch.count {
                let start = grid.paneStart(of: batch.timestamps[begin])
                let end = grid.endOfRun(inPaneAt: start, of: batch.timestamps, from: begin)
                try add(batch, begin..<end, toPane: start, output: &output)
                begin = end
            }
            return
        }
        var groups = PaneGroups(batch.timestamps, grid: grid)
        while let group = groups.next() {
            try add(batch, group.indices, toPane: group.start, output: &output)
        }
    }

    /// Adds events of one pane.
    @inlinable @inline(__always)
    mutating func add(
        _ batch: Batch<A.Input>, _ indices: some RandomAccessCollection<Int>, toPane start: Int64,
        output: inout Emitter<Output>
    ) throws {
        if try isSpecial(start, batch.timestamps[indices.first ?? 0]) {
            try addOneByOne(batch, Array(indices), pane: start, output: &output)
        } else {
            fold(batch, indices, into: pane(start))
        }
    }

    /// The pane that starts at `start`, to be changed.
    @inlinable
    mutating func pane(_ start: Int64) -> Pane<Key, A.Accumulator> {
        if let known = combinedPanes, known.contains(start) { combinedPanes = nil }
        return panes.pane(start)
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

    // MARK: - Late elements and gaps

    /// Whether all windows of a pane have been dropped.
    @inlinable
    func isExpired(paneAt start: Int64) -> Bool {
        let last = grid.window(startingAt: grid.lastStart(atOrBefore: start)).maxTimestamp.millis
        return last.saturatingAdd(latenessMillis) <= watermark.millis
    }

    /// Whether a pane needs more than being added to: a window of it has fired or been dropped, or it is
    /// in no window at all.
    @inlinable
    func isSpecial(_ start: Int64, _ timestamp: Timestamp) throws -> Bool {
        if timestamp == .none { throw StreamError.noTimestamp }
        let first = grid.firstStart(endingAfter: start)
        return first > start || grid.window(startingAt: first).maxTimestamp <= watermark
    }

    /// Adds elements of a pane whose windows have fired, in part or all.
    @inlinable @inline(never)
    mutating func addOneByOne(
        _ batch: Batch<A.Input>, _ indices: [Int], pane start: Int64,
        output: inout Emitter<Output>
    ) throws {
        var fired: [Int64] = []
        var missed = 0
        var total = 0
        var windowStart = grid.firstStart(endingAfter: start)
        while windowStart <= start {
            let last = grid.window(startingAt: windowStart).maxTimestamp
            total += 1
            if last.millis.saturatingAdd(latenessMillis) <= watermark.millis {
                missed += 1
            } else if last <= watermark {
                fired.append(windowStart)
            }
            windowStart = windowStart.saturatingAdd(grid.slideMillis)
        }
        if total == 0 {
            output.context.counters.filtered += indices.count
            return
        }
        for index in indices {
            if missed > 0 {
                output.context.counters.lateForWindow += missed
                if missed == total { output.context.counters.late += 1 }
                try output.emit(
                    LateElement(
                        element: batch.elements[index], timestamp: batch.timestamps[index],
                        missedAll: missed == total),
                    at: batch.timestamps[index], to: lateOutput(of: A.Input.self))
            }
            if missed == total { continue }
            fold(batch, CollectionOfOne(index), into: pane(start))
            for windowStart in fired { try fireAgain(windowStart, index, output: &output) }
        }
    }

    /// Emits the result of a window that has fired before, for one key.
    @inlinable
    mutating func fireAgain(
        _ start: Int64, _ index: Int, output: inout Emitter<Output>
    ) throws {
        let key = run.keys[index]
        let hash = run.hashes[index]
        var accumulator = aggregate.makeAccumulator()
        for pane in panes(of: start) {
            if let part = pane.table.value(for: key, hash: hash) {
                aggregate.merge(part, into: &accumulator)
            }
        }
        let window = grid.window(startingAt: start)
        try output.emit(
            Windowed(key: key, window: window, value: aggregate.result(of: accumulator)),
            at: window.maxTimestamp)
    }

    @inlinable
    var stateCount: Int { panes.keyCount }

    @inlinable
    func visitKeyHashes(_ body: (UInt64) -> Void) {
        for pane in panes.panes { pane.table.visit { key, _ in body(key.stableHash) } }
    }
}
