extension PaneWindowOperator {
    /// The open panes, and how far windows have fired.
    @usableFromInline
    struct Snapshot: Sendable {
        @usableFromInline var panes: [(start: Int64, table: KeyTableSnapshot<Key, A.Accumulator>)]
        @usableFromInline var watermark: Timestamp
        @usableFromInline var lastFired: Int64?

        @inlinable
        init(
            panes: [(start: Int64, table: KeyTableSnapshot<Key, A.Accumulator>)],
            watermark: Timestamp, lastFired: Int64?
        ) {
            self.panes = panes
            self.watermark = watermark
            self.lastFired = lastFired
        }
    }

    @inlinable
    mutating func snapshot() -> Snapshot {
        Snapshot(
            panes: panes.panes.map { ($0.start, $0.table.snapshot()) }, watermark: watermark,
            lastFired: lastFired)
    }

    @inlinable
    mutating func restore(_ snapshots: [Snapshot], owning groups: GroupOwnership) throws {
        for snapshot in snapshots {
            for (start, table) in snapshot.panes {
                panes.pane(start).table.insert(
                    contentsOf: table, groups: groups.range, of: groups.groups)
            }
        }
        // Instances advance together; a lagging one only fires later what the others have fired.
        watermark = snapshots.map(\.watermark).min() ?? .none
        lastFired = snapshots.compactMap(\.lastFired).max()
    }
}
