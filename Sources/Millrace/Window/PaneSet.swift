/// The open panes of a windowed operator, by start, and emptied ones whose memory the next use.
@usableFromInline
struct PaneSet<Key: StreamKey, Accumulator: Sendable> {
    /// Those of the open windows, and of what a batch has brought: hundreds if panes are short.
    @usableFromInline var panes: [Pane<Key, Accumulator>] = []
    /// The panes' starts, at the same indices: looking for one touches no reference.
    @usableFromInline var starts: [Int64] = []
    @usableFromInline var spares: [Pane<Key, Accumulator>] = []

    @inlinable
    init() {}

    @inlinable
    var first: Pane<Key, Accumulator>? { panes.first }

    @inlinable
    var keyCount: Int { panes.reduce(0) { $0 + $1.table.count } }

    /// The pane that starts at `start`, opened if it is not there.
    @inlinable
    mutating func pane(_ start: Int64) -> Pane<Key, Accumulator> {
        var index = starts.count
        while index > 0, starts[index - 1] >= start {
            index -= 1
            if starts[index] == start { return panes[index] }
        }
        // About as many keys as in the pane before are to come, and growing with them takes as much memory again.
        let pane =
            spares.popLast()
            ?? Pane(start: start, minimumCapacity: index > 0 ? panes[index - 1].table.count : 0)
        pane.start = start
        pane.addedCount = 0
        panes.insert(pane, at: index)
        starts.insert(start, at: index)
        return pane
    }

    /// The pane that starts at `start`, if it is open.
    @inlinable
    func existingPane(_ start: Int64) -> Pane<Key, Accumulator>? {
        starts.firstIndex(of: start).map { panes[$0] }
    }

    /// Where the panes are that start in a range.
    @inlinable
    func indices(startingIn range: Range<Int64>) -> Range<Int> {
        let first = starts.firstIndex { $0 >= range.lowerBound } ?? starts.count
        var end = first
        while end < starts.count, starts[end] < range.upperBound { end += 1 }
        return first..<end
    }

    /// Closes a pane and empties it.
    @inlinable
    mutating func close(_ pane: Pane<Key, Accumulator>) {
        if let index = starts.firstIndex(of: pane.start) {
            panes.remove(at: index)
            starts.remove(at: index)
        }
        // Passing the keys of a table looks at every slot: one that was larger once is no help.
        if pane.table.isSparse { return }
        pane.table.removeAll(keepingCapacity: true)
        // Small ones take little memory, and cost more to make than to fill.
        if spares.count < (pane.table.isSmall ? 256 : 4) { spares.append(pane) }
    }
}
