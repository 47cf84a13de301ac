/// Windows that need a state of their own per key: sessions, global windows, and any window with a
/// trigger other than the default, in event time or processing time.
@usableFromInline
struct KeyedWindowOperator<Key: StreamKey, A: Aggregate>: Operator, ~Copyable {
    @usableFromInline typealias Input = A.Input
    @usableFromInline typealias Output = Windowed<Key, A.Output>
    @usableFromInline typealias State = WindowState<A.Accumulator>
    @usableFromInline typealias Keys = KeyTable<Key, WindowSet<A.Accumulator>>
    @usableFromInline typealias Wheel = ExpiryWheel<Key>

    @usableFromInline let assigner: WindowAssigner<A.Input>
    @usableFromInline let trigger: Trigger
    @usableFromInline let latenessMillis: Int64
    @usableFromInline let discards: Bool
    /// Whether windows are cut in processing time.
    @usableFromInline let usesProcessingTime: Bool
    @usableFromInline let aggregate: A
    @usableFromInline let selector: KeySelector<A.Input, Key>

    @usableFromInline var keys = Keys()
    @usableFromInline var run = KeyRun<Key>()
    /// When keys are to be looked at, in the time that cuts the windows.
    @usableFromInline var wheel: Wheel
    /// When keys are to be looked at in processing time for early firings.
    @usableFromInline var earlyWheel: Wheel
    /// How far the time that cuts the windows has come.
    @usableFromInline var time = Timestamp.none
    /// Entries that are due and have not been looked at, because the output was full.
    @usableFromInline var due = ContiguousArray<Wheel.Timed>()
    @usableFromInline var dueIndex = 0
    /// Entries of the early wheel that are due.
    @usableFromInline var early = ContiguousArray<Wheel.Timed>()

    @inlinable
    init(
        assigner: WindowAssigner<A.Input>, trigger: Trigger, latenessMillis: Int64, discards: Bool,
        usesProcessingTime: Bool, aggregate: A, selector: KeySelector<A.Input, Key>
    ) {
        self.assigner = assigner
        self.trigger = trigger
        self.latenessMillis = latenessMillis
        self.discards = discards
        self.usesProcessingTime = usesProcessingTime
        self.aggregate = aggregate
        self.selector = selector
        wheel = Wheel(spanMillis: assigner.spanMillis.saturatingAdd(latenessMillis))
        earlyWheel = Wheel(spanMillis: trigger.processingTimeMillis ?? 1)
    }

    @inlinable
    mutating func process(
        _ batch: inout Batch<A.Input>, into output: inout Emitter<Output>
    ) throws {
        try selector.fill(&run, &batch, output.context)
        let now = needsClock ? output.context.now : .none
        if usesProcessingTime { time = Swift.max(time, now) }
        // Chosen once: each choice would retain what is chosen, and all workers count the same references.
        switch assigner {
        case .session(_, let gap):
            try forEachAhead(batch) { operation, element, timestamp, index in
                let end = timestamp.millis.saturatingAdd(gap(element))
                try operation.addMerging(
                    element, timestamp, index,
                    Window(start: timestamp, end: Timestamp(millis: end)), now: now,
                    output: &output)
            }
        case .global:
            try forEachAhead(batch) { operation, element, timestamp, index in
                try operation.add(
                    element, timestamp, index, .global, now: now, output: &output)
            }
        case .carried(let window): try addRuns(batch, window, now: now, output: &output)
        case .grid(let grid):
            try forEachAhead(batch) { operation, element, timestamp, index in
                try operation.add(
                    element, timestamp, index, try grid.windows(of: timestamp), now: now,
                    output: &output)
            }
        }
    }

    /// Calls `body` for each event of the batch, as ``forEach(of:in:_:)`` does, with the slots of the next ones
    /// on their way.
    @inlinable @inline(__always)
    mutating func forEachAhead(
        _ batch: Batch<A.Input>,
        _ body: (inout Self, A.Input, Timestamp, Int) throws -> Void
    ) throws {
        try forEach(of: 0..<run.count, in: batch) { operation, element, timestamp, index in
            operation.keys.prefetch(aheadOf: index, count: operation.run.count) {
                operation.run.hashes[$0]
            }
            try body(&operation, element, timestamp, index)
        }
    }

    /// Calls `body` with the operator and each event, its timestamp in the time that cuts the windows.
    @inlinable @inline(__always)
    mutating func forEach(
        of indices: Range<Int>, in batch: Batch<A.Input>,
        _ body: (inout Self, A.Input, Timestamp, Int) throws -> Void
    ) throws {
        for index in indices {
            let timestamp = usesProcessingTime ? time : batch.timestamps[index]
            guard timestamp != .none else { throw StreamError.noTimestamp }
            try body(&self, batch.elements[index], timestamp, index)
        }
    }

    @inlinable
    var needsClock: Bool { usesProcessingTime || trigger.processingTimeMillis != nil }

    @inlinable
    var stateCount: Int { keys.count }

    @inlinable
    func visitKeyHashes(_ body: (UInt64) -> Void) { keys.visit { key, _ in body(key.stableHash) } }

    @inlinable
    var usesTicks: Bool { needsClock }

    // MARK: - Elements

    /// Adds an element to the session that its window belongs to, merging those that it connects.
    @inlinable
    mutating func addMerging(
        _ element: A.Input, _ timestamp: Timestamp, _ index: Int, _ window: Window, now: Timestamp,
        output: inout Emitter<Output>
    ) throws {
        let key = run.keys[index]
        let hash = run.hashes[index]
        // Safety: the slot is used before the table changes again.
        let set = keys.pointer(to: key, hash: hash, default: WindowSet())
        guard let target = extend(&set.pointee, by: window) else {
            if set.pointee.isEmpty { keys.removeValue(for: key, hash: hash) }
            try rejectLate(element, timestamp, missed: 1, of: 1, output: &output)
            return
        }
        try put(element, timestamp, in: set, target, key: key, now: now, output: &output)
    }

    /// Extends the session that a window touches, merging those that it connects, or opens a new one.
    /// - Returns: Where it is; `nil` if it would be late.
    @inlinable @inline(__always)
    mutating func extend(_ set: inout WindowSet<A.Accumulator>, by window: Window) -> Int? {
        let only = set.window(at: 0)
        if set.others.isEmpty, !set.isEmpty, only.start < window.end, window.start < only.end {
            let time = time
            set.update(0) { state in
                state.window.start = Swift.min(only.start, window.start)
                state.window.end = Swift.max(only.end, window.end)
                state.hasEnded = state.window.maxTimestamp <= time
            }
            return 0
        }
        return extendAny(&set, by: window)
    }

    @inlinable @inline(never)
    mutating func extendAny(_ set: inout WindowSet<A.Accumulator>, by window: Window) -> Int? {
        var target: Int?
        var other = 0
        while other < set.count {
            let existing = set.window(at: other)
            guard existing.start < window.end, window.start < existing.end else {
                other += 1
                continue
            }
            guard let target else {
                target = other
                set.update(other) { state in
                    state.window.start = Swift.min(existing.start, window.start)
                    state.window.end = Swift.max(existing.end, window.end)
                }
                other += 1
                continue
            }
            if let absorbed = set.remove(at: other) {
                set.update(target) { absorb(absorbed, into: &$0) }
            }
        }
        if target == nil {
            if isExpired(window) { return nil }
            target = set.count
            set.append(State(window: window, accumulator: aggregate.makeAccumulator()))
        }
        if let target {
            let time = time
            set.update(target) { $0.hasEnded = $0.window.maxTimestamp <= time }
        }
        return target
    }

    /// Merges a session into another: contents, trigger state and timers.
    @inlinable @inline(never)
    func absorb(_ absorbed: State, into target: inout State) {
        target.window.start = Swift.min(target.window.start, absorbed.window.start)
        target.window.end = Swift.max(target.window.end, absorbed.window.end)
        aggregate.merge(absorbed.accumulator, into: &target.accumulator)
        target.unfired += absorbed.unfired
        target.held += absorbed.held
        target.nextEventFire = Swift.min(target.nextEventFire, absorbed.nextEventFire)
        target.nextProcessingFire = Swift.min(
            target.nextProcessingFire, absorbed.nextProcessingFire)
    }

    /// Adds an element to its only window.
    @inlinable @inline(__always)
    mutating func add(
        _ element: A.Input, _ timestamp: Timestamp, _ index: Int, _ window: Window,
        now: Timestamp, output: inout Emitter<Output>
    ) throws {
        if isExpired(window) {
            return try rejectLate(element, timestamp, missed: 1, of: 1, output: &output)
        }
        let key = run.keys[index]
        // Safety: the slot is used before the table changes again.
        let set = keys.pointer(to: key, hash: run.hashes[index], default: WindowSet())
        try put(
            element, timestamp, in: set, find(window, in: &set.pointee), key: key, now: now,
            output: &output)
    }

    /// Adds an element to each of its windows.
    @inlinable
    mutating func add(
        _ element: A.Input, _ timestamp: Timestamp, _ index: Int, _ windows: [Window],
        now: Timestamp, output: inout Emitter<Output>
    ) throws {
        if windows.isEmpty {
            output.context.counters.filtered += 1
            return
        }
        let open = windows.filter { !isExpired($0) }
        if open.count < windows.count {
            try rejectLate(
                element, timestamp, missed: windows.count - open.count, of: windows.count,
                output: &output)
            if open.isEmpty { return }
        }
        let key = run.keys[index]
        // Safety: the slot is used before the table changes again.
        let set = keys.pointer(to: key, hash: run.hashes[index], default: WindowSet())
        for window in open {
            try put(
                element, timestamp, in: set, find(window, in: &set.pointee), key: key, now: now,
                output: &output)
        }
    }

    /// Where a window is among those of a key; it is opened if it is not there.
    @inlinable @inline(__always)
    func find(_ window: Window, in set: inout WindowSet<A.Accumulator>) -> Int {
        var target = 0
        while target < set.count, set.window(at: target) != window { target += 1 }
        if target == set.count {
            var state = State(window: window, accumulator: aggregate.makeAccumulator())
            state.hasEnded = window.maxTimestamp <= time
            set.append(state)
        }
        return target
    }

    /// Adds an element to a window, fires it if the trigger says so, and sees to it that the key is looked
    /// at when the window is due.
    @inlinable @inline(__always)
    mutating func put(
        _ element: A.Input, _ timestamp: Timestamp,
        in set: UnsafeMutablePointer<WindowSet<A.Accumulator>>,
        _ target: Int, key: Key, now: Timestamp, output: inout Emitter<Output>
    ) throws {
        let due = try set.pointee.update(target) { state in
            aggregate.add(element, at: timestamp, to: &state.accumulator)
            state.unfired &+= 1
            state.held &+= 1
            if fires(state, timestamp) { try fire(&state, key: key, output: &output) }
            if let interval = trigger.eventTimeMillis, state.nextEventFire == .max {
                state.nextEventFire = nextMultiple(of: interval, after: timestamp.millis)
            }
            if let interval = trigger.processingTimeMillis, !state.hasEnded,
                state.nextProcessingFire == .max
            {
                state.nextProcessingFire = now.millis.saturatingAdd(interval)
            }
            return (nextDue(state), state.nextProcessingFire)
        }
        if due.0 < set.pointee.checkAt {
            set.pointee.checkAt = due.0
            wheel.schedule(key, at: Swift.max(due.0, time.millis.saturatingAdd(1)))
        }
        if due.1 < set.pointee.processingCheckAt {
            set.pointee.processingCheckAt = due.1
            earlyWheel.schedule(key, at: due.1)
        }
    }

    /// Whether the window has been dropped already, or would be at once.
    @inlinable
    func isExpired(_ window: Window) -> Bool {
        window.maxTimestamp.millis.saturatingAdd(latenessMillis) <= time.millis
    }

    @inlinable @inline(never)
    func rejectLate(
        _ element: A.Input, _ timestamp: Timestamp, missed: Int, of total: Int,
        output: inout Emitter<Output>
    ) throws {
        output.context.counters.lateForWindow += missed
        if missed == total { output.context.counters.late += 1 }
        try output.emit(
            LateElement(element: element, timestamp: timestamp, missedAll: missed == total),
            at: timestamp, to: lateOutput(of: A.Input.self))
    }
}
