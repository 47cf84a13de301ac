/// The open windows of tumbling and sliding windows at one moment, put together from their panes when a key
/// is asked for.
@usableFromInline
struct OpenWindows<Key: StreamKey, A: Aggregate>: Sendable {
    @usableFromInline typealias Pane = (
        start: Int64, keys: KeyTableSnapshot<Key, A.Accumulator>
    )

    @usableFromInline let grid: PaneGrid
    @usableFromInline let aggregate: A
    /// Windows whose last millisecond is at or before it have been dropped.
    @usableFromInline let droppedUpTo: Int64
    @usableFromInline let panes: [Pane]

    @inlinable
    init(grid: PaneGrid, aggregate: A, droppedUpTo: Int64, panes: [Pane]) {
        self.grid = grid
        self.aggregate = aggregate
        self.droppedUpTo = droppedUpTo
        self.panes = panes
    }

    /// The windows of a key with what they hold so far, by start; `nil` if it has none.
    @inlinable
    func windows(of key: Key) -> [Windowed<Key, A.Output>]? {
        let hash = key.stableHash
        var starts: [Int64] = []
        var accumulators: [Int64: A.Accumulator] = [:]
        for pane in panes {
            guard let part = pane.keys.value(for: key, hash: hash) else { continue }
            var start = grid.firstStart(endingAfter: pane.start)
            while start <= pane.start {
                if grid.window(startingAt: start).maxTimestamp.millis > droppedUpTo {
                    if accumulators[start] == nil { starts.append(start) }
                    var accumulator = accumulators[start] ?? aggregate.makeAccumulator()
                    aggregate.merge(part, into: &accumulator)
                    accumulators[start] = accumulator
                }
                let next = start.saturatingAdd(grid.slideMillis)
                if next == start || grid.isGlobal { break }
                start = next
            }
        }
        if starts.isEmpty { return nil }
        return starts.sorted().compactMap { start in
            accumulators[start].map {
                Windowed(
                    key: key, window: grid.window(startingAt: start),
                    value: aggregate.result(of: $0))
            }
        }
    }

    /// Every key once: in the first pane that holds it.
    @inlinable
    func forEachKey(_ body: (Key) -> Void) {
        for (index, pane) in panes.enumerated() {
            pane.keys.forEach { key, _ in
                let hash = key.stableHash
                let isKnown = panes[..<index].contains {
                    $0.keys.value(for: key, hash: hash) != nil
                }
                if !isKnown { body(key) }
            }
        }
    }

    @inlinable
    var snapshot: StateSnapshot<Key, [Windowed<Key, A.Output>]> {
        StateSnapshot(
            find: { windows(of: $0) },
            visit: { body in
                forEachKey { key in if let windows = windows(of: key) { body(key, windows) } }
            },
            counting: {
                if panes.count < 2 { return panes.first?.keys.count ?? 0 }
                var count = 0
                forEachKey { _ in count += 1 }
                return count
            })
    }
}

extension PaneWindowOperator {
    /// The open windows. What an exchange still adds up in front of this operator is not in them.
    @inlinable
    mutating func readableState() -> (any Sendable)? {
        OpenWindows(
            grid: grid, aggregate: aggregate,
            droppedUpTo: watermark.millis.saturatingSubtract(latenessMillis),
            panes: panes.panes.map { ($0.start, $0.table.snapshot()) }
        ).snapshot
    }
}

extension KeyedWindowOperator {
    @inlinable
    mutating func readableState() -> (any Sendable)? {
        let aggregate = aggregate
        return StateSnapshot<Key, [Windowed<Key, A.Output>]>(keys.snapshot()) { key, windows in
            windows.all.map {
                Windowed(
                    key: key, window: $0.window, value: aggregate.result(of: $0.accumulator))
            }
        }
    }
}
