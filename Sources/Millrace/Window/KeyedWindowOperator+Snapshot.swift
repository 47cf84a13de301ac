extension KeyedWindowOperator {
    /// The windows of all keys, and how far time has come.
    @usableFromInline
    struct Snapshot: Sendable {
        @usableFromInline var keys: KeyTableSnapshot<Key, WindowSet<A.Accumulator>>
        @usableFromInline var time: Timestamp

        @inlinable
        init(keys: KeyTableSnapshot<Key, WindowSet<A.Accumulator>>, time: Timestamp) {
            self.keys = keys
            self.time = time
        }
    }

    @inlinable
    mutating func snapshot() -> Snapshot { Snapshot(keys: keys.capture(), time: time) }

    @inlinable
    mutating func restore(_ snapshots: [Snapshot], owning groups: GroupOwnership) throws {
        for snapshot in snapshots {
            keys.insert(
                contentsOf: snapshot.keys, groups: groups.range, of: groups.groups)
        }
        time = snapshots.map(\.time).min() ?? .none
        // The wheels are an index of the keys' own times, made anew.
        keys.visit { key, set in
            if set.checkAt < .max {
                wheel.schedule(key, at: Swift.max(set.checkAt, time.millis.saturatingAdd(1)))
            }
            if set.processingCheckAt < .max { earlyWheel.schedule(key, at: set.processingCheckAt) }
        }
    }
}

extension KeyedWindowOperator.Snapshot: StateCodable {
    @usableFromInline
    func encode(to writer: inout StateWriter) throws {
        writer.write(time.millis)
        try keys.encode(to: &writer)
    }

    @usableFromInline
    init(from reader: inout StateReader) throws {
        let time = Timestamp(millis: try reader.read(Int64.self))
        self.time = PlantedBug.current == .watermarkNotRestored ? .none : time
        keys = try KeyTableSnapshot(from: &reader)
    }
}
