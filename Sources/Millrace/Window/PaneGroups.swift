/// The events of a batch that spans several panes, pane by pane, each in arrival order.
@usableFromInline
struct PaneGroups {
    @usableFromInline let timestamps: ContiguousArray<Timestamp>
    @usableFromInline let grid: PaneGrid
    /// The indices of the events that no group has had yet.
    @usableFromInline var left: ContiguousArray<Int>

    @inlinable
    init(_ timestamps: ContiguousArray<Timestamp>, grid: PaneGrid) {
        self.timestamps = timestamps
        self.grid = grid
        left = ContiguousArray(0..<timestamps.count)
    }

    /// The events of the pane of the first event that is left.
    @inlinable
    mutating func next() -> (start: Int64, indices: ContiguousArray<Int>)? {
        guard let first = left.first else { return nil }
        let start = grid.paneStart(of: timestamps[first])
        let grid = grid
        let length = grid.paneLength
        var inside = ContiguousArray<Int>()
        inside.reserveCapacity(left.count)
        var rest = 0
        timestamps.withUnsafeBufferPointer { timestamps in
            for position in left.indices {
                let index = left[position]
                if grid.isInPane(timestamps[index], startingAt: start, length) {
                    inside.append(index)
                } else {
                    left[rest] = index
                    rest &+= 1
                }
            }
        }
        left.removeLast(left.count - rest)
        return (start, inside)
    }
}

extension PaneGrid {
    @inlinable @inline(__always)
    func isInPane(_ timestamp: Timestamp, startingAt start: Int64, _ length: UInt64) -> Bool {
        // At or behind the start, the distance is exact as an unsigned number, however far.
        timestamp.millis >= start && UInt64(bitPattern: timestamp.millis &- start) < length
    }

    /// Where the run of timestamps ends that are in the pane that starts at `start`; the one at `begin` is.
    @inlinable
    func endOfRun(
        inPaneAt start: Int64, of timestamps: ContiguousArray<Timestamp>, from begin: Int
    ) -> Int {
        let length = paneLength
        return timestamps.withUnsafeBufferPointer { timestamps in
            var end = begin &+ 1
            while end < timestamps.count, isInPane(timestamps[end], startingAt: start, length) {
                end &+= 1
            }
            return end
        }
    }

    /// Whether all timestamps are in the pane that starts at `start`.
    @inlinable
    func holds(_ timestamps: ContiguousArray<Timestamp>, inPaneAt start: Int64) -> Bool {
        let length = paneLength
        return timestamps.withUnsafeBufferPointer { timestamps in
            var outside = false
            for timestamp in timestamps {
                outside = outside || !isInPane(timestamp, startingAt: start, length)
            }
            return !outside
        }
    }
}

extension Batch {
    /// Whether no event is before the one in front of it.
    @inlinable
    var isInEventTimeOrder: Bool {
        timestamps.withUnsafeBufferPointer { timestamps in
            var isOrdered = true
            for index in 1..<Swift.max(1, timestamps.count) {
                isOrdered = isOrdered && timestamps[index &- 1] <= timestamps[index]
            }
            return isOrdered
        }
    }
}
