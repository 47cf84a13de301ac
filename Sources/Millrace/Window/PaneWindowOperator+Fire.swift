extension PaneWindowOperator {
    /// Fires the windows that end at or before the watermark, in the order of their ends.
    @inlinable
    mutating func advance(
        to watermark: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress {
        while let start = firing?.start ?? nextToFire(at: watermark) {
            if firing == nil { beginFiring(start) }
            if try emitFiring(into: &output) == .more { return .more }
            leavePanes(of: start)
            lastFired = start
            firing = nil
            dropPanes(at: watermark)
        }
        self.watermark = watermark
        dropPanes(at: watermark)
        return .done
    }

    /// The start of the first window that has elements, has not fired, and is due.
    @inlinable
    func nextToFire(at watermark: Timestamp) -> Int64? {
        guard let start = firstUnfired else { return nil }
        return grid.window(startingAt: start).maxTimestamp <= watermark ? start : nil
    }

    /// The watermark at which the next window fires.
    @inlinable
    var nextDue: Timestamp? { firstUnfired.map { grid.window(startingAt: $0).maxTimestamp } }

    /// The start of the first window that has elements and has not fired.
    @inlinable
    var firstUnfired: Int64? {
        for pane in panes.starts {
            var start = grid.firstStart(endingAfter: pane)
            if let lastFired {
                start = Swift.max(start, lastFired.saturatingAdd(grid.slideMillis))
            }
            // The windows of this pane have all fired: the next pane's may be due.
            if start > pane { continue }
            return start
        }
        return nil
    }

    /// The panes of the window that starts at `start`.
    @inlinable
    func panes(of start: Int64) -> ArraySlice<Pane<Key, A.Accumulator>> {
        let end = grid.window(startingAt: start).end.millis
        return panes.panes[panes.indices(startingIn: start..<end)]
    }

    @inlinable
    mutating func beginFiring(_ start: Int64) {
        let parts = panes(of: start)
        firing = Firing(start: start, cursor: .init(), pane: parts.count == 1 ? parts.first : nil)
        let known = combinedPanes
        combinedPanes = nil
        if parts.count < 2 { return }
        if let known, known.lowerBound == start, !combined.isSparse {
            for part in parts where part.start >= known.upperBound { combine(part) }
        } else {
            // The window before held far fewer keys than one before that.
            combined.removeAll(keepingCapacity: !combined.isSparse)
            for part in parts { combine(part) }
        }
        combinedPanes = start..<grid.window(startingAt: start).end.millis
    }

    /// Takes the panes that the next window does not have out of ``combined``, so that it begins with the others.
    @inlinable
    mutating func leavePanes(of start: Int64) {
        guard A.canSubtract, let whole = combinedPanes else {
            combinedPanes = nil
            return
        }
        let next = Swift.min(start.saturatingAdd(grid.slideMillis), whole.upperBound)
        for pane in panes.panes[panes.indices(startingIn: start..<next)] {
            pane.table.visit { key, part in
                let hash = key.stableHash
                let isEmpty = combined.updateExisting(key, hash: hash) {
                    aggregate.subtract(part, from: &$0)
                }
                if isEmpty == true { combined.removeValue(for: key, hash: hash) }
            }
        }
        combinedPanes = next..<whole.upperBound
    }

    /// Merges a pane's accumulators into ``combined``: at once if both are close, or a run of keys at a time.
    @inlinable
    mutating func combine(_ pane: Pane<Key, A.Accumulator>) {
        let aggregate = aggregate
        if pane.table.isSmall, combined.isSmall {
            pane.table.visit { key, part in
                combined.update(
                    key, hash: key.stableHash, default: aggregate.makeAccumulator()
                ) { aggregate.merge(part, into: &$0) }
            }
            return
        }
        var cursor = KeyTable<Key, A.Accumulator>.Cursor()
        var hasMore = true
        while hasMore {
            run.clear(reserving: batchCapacity)
            hasMore = pane.table.visit(&cursor, limit: batchCapacity) { key, part in
                run.append(key)
                parts.append(part)
            }
            parts.withUnsafeBufferPointer { parts in
                combined.updateAll(
                    run, in: 0..<parts.count, initial: { aggregate.makeAccumulator() },
                    body: { aggregate.merge(parts[$0], into: &$1) })
            }
            parts.removeAll(keepingCapacity: true)
        }
    }

    /// Emits the results of the window that is being fired, as far as there is room.
    @inlinable
    mutating func emitFiring(into output: inout Emitter<Output>) throws -> Progress {
        guard var firing else { return .done }
        let window = grid.window(startingAt: firing.start)
        let aggregate = aggregate
        var hasMore = true
        while hasMore {
            if output.isFull {
                self.firing = firing
                return .more
            }
            let emit = { (key: Key, accumulator: A.Accumulator) throws in
                try output.emit(
                    Windowed(key: key, window: window, value: aggregate.result(of: accumulator)),
                    at: window.maxTimestamp)
            }
            if let pane = firing.pane {
                hasMore = try pane.table.visit(&firing.cursor, limit: batchCapacity, emit)
            } else {
                hasMore = try combined.visit(&firing.cursor, limit: batchCapacity, emit)
            }
        }
        return .done
    }

    /// Drops the panes all of whose windows are past their allowed lateness.
    @inlinable
    mutating func dropPanes(at watermark: Timestamp) {
        while let start = panes.starts.first {
            let last = grid.lastStart(atOrBefore: start)
            let end = grid.window(startingAt: last).maxTimestamp.millis
            guard end.saturatingAdd(latenessMillis) <= watermark.millis, last <= lastFired ?? .min
            else { return }
            panes.close(panes.panes[0])
        }
    }
}
