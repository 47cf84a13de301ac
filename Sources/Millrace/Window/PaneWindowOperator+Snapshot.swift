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
            panes: panes.panes.map { ($0.start, $0.table.capture()) }, watermark: watermark,
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
        watermark = snapshots.map(\.watermark).min() ?? .none
        lastFired = snapshots.compactMap(\.lastFired).max()
        // At a barrier that was waited for, all instances had come equally far. Else one that lagged may hold
        // windows that others had fired, which could neither be fired nor left out here.
        if let lastFired, grid.window(startingAt: lastFired).maxTimestamp > watermark {
            throw StreamError(
                .incompatibleState,
                "the checkpoint's barrier overtook data, and the windows of some instances had fired that "
                    + "others still hold; keep the parallelism, or begin from a savepoint")
        }
    }
}

extension PaneWindowOperator.Snapshot: StateCodable {
    @usableFromInline
    func encode(to writer: inout StateWriter) throws {
        // Even without a pane, so that types that cannot be stored are refused at the start.
        _ = try writer.entryCodecs(Key.self, A.Accumulator.self)
        writer.write(watermark.millis)
        writer.write(lastFired != nil)
        writer.write(lastFired ?? 0)
        writer.write(count: panes.count)
        for pane in panes {
            writer.write(pane.start)
            try pane.table.encode(to: &writer)
        }
    }

    @usableFromInline
    init(from reader: inout StateReader) throws {
        watermark = Timestamp(millis: try reader.read(Int64.self))
        let hasFired = try reader.read(Bool.self)
        let last = try reader.read(Int64.self)
        lastFired = hasFired ? last : nil
        panes = []
        for _ in 0..<(try reader.readCount(ofSize: 10)) {
            let start = try reader.read(Int64.self)
            panes.append((start, try KeyTableSnapshot(from: &reader)))
        }
    }
}
