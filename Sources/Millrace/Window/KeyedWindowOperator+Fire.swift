extension KeyedWindowOperator {
    // MARK: - Elements

    /// Whether a window that has just got an element fires for it.
    @inlinable @inline(__always)
    func fires(_ state: State, _ timestamp: Timestamp) -> Bool {
        if state.hasEnded {
            return trigger.firesAtEnd && state.unfired >= trigger.lateElementCount
        }
        if let count = trigger.elementCount, state.unfired >= count { return true }
        guard let decide = trigger.decide else { return false }
        return decide(
            TriggerMoment(
                window: state.window, elementsSinceFiring: state.unfired, timestamp: timestamp,
                watermark: time))
    }

    /// Emits a window's result, and empties it if firing discards.
    @inlinable @inline(never)
    func fire(
        _ state: inout State, key: Key, output: inout Emitter<Output>
    ) throws {
        state.unfired = 0
        guard state.held > 0 else { return }
        let value = aggregate.result(of: state.accumulator)
        if discards {
            state.accumulator = aggregate.makeAccumulator()
            state.held = 0
        }
        try output.emit(
            Windowed(key: key, window: state.window, value: value),
            at: state.window == .global ? .max : state.window.maxTimestamp)
    }

    @inlinable
    func nextMultiple(of interval: Int64, after time: Int64) -> Int64 {
        time.saturatingSubtract(time.flooredRemainder(by: interval)).saturatingAdd(interval)
    }

    /// When a window is to be looked at next.
    @inlinable
    func nextDue(_ state: State) -> Int64 {
        let last = state.window.maxTimestamp.millis
        let cleanup = last.saturatingAdd(latenessMillis)
        let end = trigger.firesAtEnd && !state.hasEnded ? last : cleanup
        return Swift.min(end, state.nextEventFire)
    }

    // MARK: - Time

    @inlinable
    mutating func advance(
        to watermark: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress {
        // Windows in processing time fire by the clock, and at the end of the input.
        if usesProcessingTime, watermark != .max { return .done }
        return try pass(watermark, into: &output)
    }

    @inlinable
    mutating func tick(at now: Timestamp, into output: inout Emitter<Output>) throws -> Progress {
        if usesProcessingTime { return try pass(now, into: &output) }
        while earlyWheel.drainNext(upTo: now.millis, into: &early) {
            for index in early.indices {
                try fireEarly(early[index].entry, now: now, output: &output)
            }
        }
        return .done
    }

    @inlinable
    var nextTick: Timestamp? {
        if usesProcessingTime { return wheel.earliest.map(Timestamp.init(millis:)) }
        return earlyWheel.earliest.map(Timestamp.init(millis:))
    }

    /// The watermark at which a window is next to be fired or dropped.
    @inlinable
    var nextDue: Timestamp? {
        usesProcessingTime ? nil : wheel.earliest.map(Timestamp.init(millis:))
    }

    /// Looks at every key that is due at or before `now`.
    @inlinable
    mutating func pass(
        _ now: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress {
        time = Swift.max(time, now)
        while true {
            while dueIndex < due.count {
                if output.isFull { return .more }
                keys.prefetch(aheadOf: dueIndex, count: due.count) { due[$0].entry.stableHash }
                try look(at: due[dueIndex].entry, output: &output)
                dueIndex += 1
            }
            dueIndex = 0
            guard wheel.drainNext(upTo: time.millis, into: &due) else { return .done }
        }
    }

    /// Fires and drops the windows of a key that are due, and schedules the next look.
    @inlinable
    mutating func look(at key: Key, output: inout Emitter<Output>) throws {
        let hash = key.stableHash
        // Safety: the slot is used before the table changes again.
        guard let set = keys.existingPointer(to: key, hash: hash),
            set.pointee.checkAt <= time.millis
        else { return }
        var next = Int64.max
        var index = 0
        while index < set.pointee.count {
            let due = try set.pointee.update(index) { state in
                try fireIfDue(&state, key: key, output: &output)
                return isExpired(state.window) ? nil : nextDue(state)
            }
            guard let due else {
                set.pointee.remove(at: index)
                continue
            }
            next = Swift.min(next, due)
            index += 1
        }
        set.pointee.checkAt = next
        if set.pointee.isEmpty {
            keys.removeValue(for: key, hash: hash)
        } else {
            wheel.schedule(key, at: next)
        }
    }

    @inlinable
    func fireIfDue(
        _ state: inout State, key: Key, output: inout Emitter<Output>
    ) throws {
        var isDue = false
        if let interval = trigger.eventTimeMillis, state.nextEventFire <= time.millis {
            isDue = true
            state.nextEventFire = nextMultiple(of: interval, after: time.millis)
        }
        if trigger.firesAtEnd, !state.hasEnded, state.window.maxTimestamp <= time {
            isDue = true
            state.hasEnded = true
        }
        if isDue { try fire(&state, key: key, output: &output) }
    }

    /// Fires the windows of a key whose early firing is due.
    @inlinable
    mutating func fireEarly(_ key: Key, now: Timestamp, output: inout Emitter<Output>) throws {
        // Safety: the slot is used before the table changes again.
        guard let set = keys.existingPointer(to: key, hash: key.stableHash) else { return }
        var next = Int64.max
        for index in 0..<set.pointee.count {
            let due = try set.pointee.update(index) { state in
                if state.nextProcessingFire <= now.millis {
                    state.nextProcessingFire = .max
                    try fire(&state, key: key, output: &output)
                }
                return state.nextProcessingFire
            }
            next = Swift.min(next, due)
        }
        set.pointee.processingCheckAt = next
        if next < .max { earlyWheel.schedule(key, at: next) }
    }
}
