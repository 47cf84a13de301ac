extension KeyedProcessOperator {
    @inlinable
    mutating func advance(
        to watermark: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress {
        self.watermark = watermark
        guard let context = contextForTimers(output) else { return .done }
        context.currentWatermark = watermark
        while let timer = context.eventTimers.popDue(upTo: watermark) {
            try fire(timer, context, now: output.context)
            if context.outputs.count >= batchCapacity { try forward(context, into: &output) }
        }
        if expiry == .eventTime { try expire(at: watermark, context) }
        try forward(context, into: &output)
        return .done
    }

    @inlinable
    mutating func tick(at now: Timestamp, into output: inout Emitter<Output>) throws -> Progress {
        guard let context = contextForTimers(output) else { return .done }
        while let timer = context.processingTimers.popDue(upTo: now) {
            try fire(timer, context, now: output.context)
            if context.outputs.count >= batchCapacity { try forward(context, into: &output) }
        }
        if expiry == .processingTime { try expire(at: now, context) }
        try forward(context, into: &output)
        return .done
    }

    /// The context; `nil` while no key has been seen, so that nothing can be due.
    @inlinable
    mutating func contextForTimers(
        _ output: borrowing Emitter<Output>
    ) -> KeyedContext<Key, Output>? {
        if let callbacks { return callbacks }
        if let first = restoredTimers.first { return context(for: first.key, output: output) }
        var cursor = KeyTable<Key, Entry>.Cursor()
        guard let place = keys.nextUsed(&cursor) else { return nil }
        let key = keys.slots[place.segment].key(at: place.slot)
        return context(for: key, output: output)
    }

    /// The earliest timer in event time.
    @inlinable var nextDue: Timestamp? { callbacks?.eventTimers.earliest }

    @inlinable var usesTicks: Bool { true }

    @inlinable var nextTick: Timestamp? {
        let timer = callbacks?.processingTimers.earliest
        let check = expiry == .processingTime ? wheel.earliest.map(Timestamp.init(millis:)) : nil
        guard let timer, let check else { return timer ?? check }
        return Swift.min(timer, check)
    }

    @inlinable
    mutating func fire(
        _ timer: KeyedTimer<Key>, _ context: KeyedContext<Key, Output>, now clock: OperatorContext
    ) throws {
        context.currentKey = timer.key
        context.currentTimestamp = timer.timestamp
        let time = expiry == .processingTime ? clock.now : timer.timestamp
        let hash = timer.key.stableHash
        // Safety: the slot is used before the table changes again; the function cannot reach it.
        let slot = keys.pointer(
            to: timer.key, hash: hash, default: Entry(state: nil, touched: time))
        // A timer does not keep state alive, but state that it makes has to expire as any other.
        let isNew = slot.pointee.state == nil
        defer { settle(slot, timer.key, hash: hash, touchedAt: isNew ? time : nil) }
        try functions.onTimer(timer, &slot.pointee.state, context)
    }

    /// Removes the states that have not been touched for longer than their time to live.
    @inlinable
    mutating func expire(
        at time: Timestamp, _ context: KeyedContext<Key, Output>
    ) throws {
        while wheel.drainNext(upTo: time.millis, into: &due) {
            for index in due.indices {
                keys.prefetch(aheadOf: index, count: due.count) { due[$0].entry.stableHash }
                try expire(due[index].entry, at: time, context)
            }
        }
    }

    @inlinable
    mutating func expire(
        _ key: Key, at time: Timestamp, _ context: KeyedContext<Key, Output>
    ) throws {
        let hash = key.stableHash
        // Safety: the slot is used before the table changes again.
        guard let slot = keys.existingPointer(to: key, hash: hash) else { return }
        guard slot.pointee.checkAt <= time.millis else { return }
        slot.pointee.checkAt = .max
        if slot.pointee.touched.millis.saturatingAdd(timeToLiveMillis) >= time.millis {
            scheduleCheck(slot, key: key)
            return
        }
        guard let state = keys.removeValue(for: key, hash: hash)?.state else { return }
        context.currentKey = key
        context.currentTimestamp = time
        try functions.onExpiry(state, context)
    }
}

extension KeyedProcessOperator {
    @usableFromInline typealias Timers = KeyTableSnapshot<KeyedTimer<Key>, UInt64>

    /// The states of all keys, their timers, and how far time has come.
    @usableFromInline
    struct Snapshot: Sendable {
        @usableFromInline var keys: KeyTableSnapshot<Key, Entry>
        @usableFromInline var eventTimers: Timers
        @usableFromInline var processingTimers: Timers
        @usableFromInline var watermark: Timestamp

        @inlinable
        init(
            keys: KeyTableSnapshot<Key, Entry>, eventTimers: Timers, processingTimers: Timers,
            watermark: Timestamp
        ) {
            self.keys = keys
            self.eventTimers = eventTimers
            self.processingTimers = processingTimers
            self.watermark = watermark
        }

        /// The timers of keys that are owned, in the order in which they were set.
        @inlinable
        func timers(owning groups: GroupOwnership) -> [KeyedTimer<Key>] {
            var timers: [(timer: KeyedTimer<Key>, number: UInt64)] = []
            for table in [eventTimers, processingTimers] {
                table.forEach { timer, number in
                    if groups.owns(hash: timer.key.stableHash) { timers.append((timer, number)) }
                }
            }
            return timers.sorted { $0.number < $1.number }.map(\.timer)
        }
    }

    @inlinable
    mutating func snapshot() -> Snapshot {
        if let callbacks {
            return Snapshot(
                keys: keys.capture(), eventTimers: callbacks.eventTimers.active.capture(),
                processingTimers: callbacks.processingTimers.active.capture(),
                watermark: watermark)
        }
        // No key has been seen since the restore.
        var eventTimers = TimerQueue<Key>()
        var processingTimers = TimerQueue<Key>()
        for timer in restoredTimers {
            if timer.domain == .eventTime {
                eventTimers.set(timer)
            } else {
                processingTimers.set(timer)
            }
        }
        return Snapshot(
            keys: keys.capture(), eventTimers: eventTimers.active.capture(),
            processingTimers: processingTimers.active.capture(), watermark: watermark)
    }

    @inlinable
    mutating func restore(_ snapshots: [Snapshot], owning groups: GroupOwnership) throws {
        for snapshot in snapshots {
            keys.insert(
                contentsOf: snapshot.keys, groups: groups.range, of: groups.groups)
            if groups.losesTimers { continue }
            restoredTimers += snapshot.timers(owning: groups)
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
        try eventTimers.encode(to: &writer)
        try processingTimers.encode(to: &writer)
    }

    @usableFromInline
    init(from reader: inout StateReader) throws {
        watermark = Timestamp(millis: try reader.read(Int64.self))
        keys = try KeyTableSnapshot(from: &reader)
        eventTimers = try KeyTableSnapshot(from: &reader)
        processingTimers = try KeyTableSnapshot(from: &reader)
    }
}
