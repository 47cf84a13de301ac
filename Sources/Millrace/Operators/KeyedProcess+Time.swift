extension KeyedProcessOperator {
    @usableFromInline
    mutating func advance(
        to watermark: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress {
        self.watermark = watermark
        if let first = restoredTimers.first { _ = context(for: first.key, output: output) }
        callbacks?.currentWatermark = watermark
        while let timer = callbacks?.eventTimers.popDue(upTo: watermark) {
            try fire(timer, output: &output)
        }
        if expiry?.domain == .eventTime { try expire(at: watermark, output: &output) }
        try forward(into: &output)
        return .done
    }

    @usableFromInline
    mutating func tick(at now: Timestamp, into output: inout Emitter<Output>) throws -> Progress {
        if let first = restoredTimers.first { _ = context(for: first.key, output: output) }
        while let timer = callbacks?.processingTimers.popDue(upTo: now) {
            try fire(timer, output: &output)
        }
        if expiry?.domain == .processingTime { try expire(at: now, output: &output) }
        try forward(into: &output)
        return .done
    }

    @usableFromInline var usesTicks: Bool { true }

    @usableFromInline var nextTick: Timestamp? {
        let timer = callbacks?.processingTimers.earliest
        let check =
            expiry?.domain == .processingTime ? wheel.earliest.map(Timestamp.init(millis:)) : nil
        guard let timer, let check else { return timer ?? check }
        return min(timer, check)
    }

    /// The earliest timer in event time.
    @usableFromInline var nextDue: Timestamp? { callbacks?.eventTimers.earliest }

    mutating func fire(_ timer: KeyedTimer<Key>, output: inout Emitter<Output>) throws {
        let functions = functions
        try call(timer.key, at: timer.timestamp, output: &output, touches: false) {
            state, context in
            try functions.onTimer(timer, &state, context)
        }
    }

    /// Removes the states that have not been touched for longer than their time to live.
    mutating func expire(at time: Timestamp, output: inout Emitter<Output>) throws {
        guard let timeToLive = expiry?.timeToLive.wholeMillis else { return }
        while let due = wheel.drainNext(upTo: time.millis) {
            for entry in due { try expire(entry.entry, at: time, timeToLive, output: &output) }
        }
    }

    private mutating func expire(
        _ key: Key, at time: Timestamp, _ timeToLive: Int64, output: inout Emitter<Output>
    ) throws {
        let hash = key.stableHash
        // Safety: the slot is used before the table changes again.
        guard let slot = keys.existingPointer(to: key, hash: hash) else { return }
        guard slot.pointee.checkAt <= time.millis else { return }
        slot.pointee.checkAt = .max
        if slot.pointee.touched.millis.saturatingAdd(timeToLive) >= time.millis {
            scheduleCheck(slot, key: key, after: timeToLive)
            return
        }
        guard let state = keys.removeValue(for: key, hash: hash)?.state else { return }
        let context = context(for: key, output: output)
        context.timestamp = time
        try functions.onExpiry(state, context)
    }
}

extension KeyedProcessOperator {
    /// The states of all keys, their timers, and how far time has come.
    @usableFromInline
    struct Snapshot: Sendable {
        var keys: KeyTableSnapshot<Key, Entry>
        var timers: [KeyedTimer<Key>]
        var watermark: Timestamp
    }

    @usableFromInline
    mutating func snapshot() -> Snapshot {
        var timers = restoredTimers
        if let callbacks {
            timers += callbacks.eventTimers.active.sorted { $0.value < $1.value }.map(\.key)
            timers += callbacks.processingTimers.active.sorted { $0.value < $1.value }.map(\.key)
        }
        return Snapshot(keys: keys.snapshot(), timers: timers, watermark: watermark)
    }

    @usableFromInline
    mutating func restore(_ snapshots: [Snapshot], owning groups: GroupOwnership) throws {
        for snapshot in snapshots {
            keys.insert(
                contentsOf: snapshot.keys, groups: groups.range, of: groups.groups)
            let isWhole = groups.range.count == groups.groups.count
            if PlantedBug.current == .timersLostOnRescale, !isWhole { continue }
            restoredTimers += snapshot.timers.filter { groups.owns(hash: $0.key.stableHash) }
        }
        watermark = snapshots.map(\.watermark).min() ?? .none
        keys.visit { key, entry in
            if entry.checkAt < .max { wheel.schedule(key, at: entry.checkAt) }
        }
    }
}

extension KeyedProcessOperator.Snapshot: StateCodable {
    @usableFromInline
    func encode(to writer: inout StateWriter) throws {
        writer.write(watermark.millis)
        try keys.encode(to: &writer)
        try writer.write(value: timers)
    }

    @usableFromInline
    init(from reader: inout StateReader) throws {
        watermark = Timestamp(millis: try reader.read(Int64.self))
        keys = try KeyTableSnapshot(from: &reader)
        timers = try reader.read(value: [KeyedTimer<Key>].self)
    }
}
