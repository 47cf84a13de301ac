/// The open panes of a windowed operator, by start, and emptied ones whose memory the next use.
@usableFromInline
struct PaneSet<Key: StreamKey, Accumulator: Sendable> {
    /// There are few: those of the open windows.
    @usableFromInline var panes: [Pane<Key, Accumulator>] = []
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
        var index = panes.count
        while index > 0, panes[index - 1].start >= start {
            index -= 1
            if panes[index].start == start { return panes[index] }
        }
        let pane = spares.popLast() ?? Pane(start: start)
        pane.start = start
        panes.insert(pane, at: index)
        return pane
    }

    /// Closes a pane and empties it.
    @inlinable
    mutating func close(_ pane: Pane<Key, Accumulator>) {
        panes.removeAll { $0 === pane }
        pane.table.removeAll(keepingCapacity: true)
        if spares.count < 4 { spares.append(pane) }
    }
}
