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
        for index in 0..<run.count { keys.prefetch(hash: run.hashes[index]) }
        for index in 0..<run.count {
            let timestamp = usesProcessingTime ? time : batch.timestamps[index]
            guard timestamp != .none else { throw StreamError.noTimestamp }
            let element = batch.elements[index]
            switch assigner {
            case .session(let gap):
                let window = Window(
                    start: timestamp,
                    end: Timestamp(millis: timestamp.millis.saturatingAdd(gap(element))))
                try addMerging(element, timestamp, index, window, now: now, output: &output)
            case .global:
                try add(element, timestamp, index, [.global], now: now, output: &output)
            case .carried(let window):
                try add(element, timestamp, index, [window(element)], now: now, output: &output)
            case .grid(let grid):
                try add(
                    element, timestamp, index, try grid.windows(of: timestamp), now: now,
                    output: &output)
            }
        }
    }

    @inlinable
    var needsClock: Bool { usesProcessingTime || trigger.processingTimeMillis != nil }

    @inlinable
    var stateCount: Int { keys.count }

    // MARK: - Elements

    /// Adds an element to the session that its window belongs to, merging those that it connects.
    @inlinable
    mutating func addMerging(
        _ element: A.Input, _ timestamp: Timestamp, _ index: Int, _ window: Window, now: Timestamp,
        output: inout Emitter<Output>
    ) throws {
        let key = run.keys[index]
        let hash = run.hashes[index]
        // Safety: the pointer is used before the table changes again.
        let set = keys.slot(of: key, hash: hash, default: WindowSet())
        var target = -1
        var other = 0
        while other < set.pointee.value.count {
            let existing = set.pointee.value[other].window
            if existing.start < window.end, window.start < existing.end {
                if target < 0 {
                    target = other
                    set.pointee.value[target].window.start = Swift.min(existing.start, window.start)
                    set.pointee.value[target].window.end = Swift.max(existing.end, window.end)
                } else {
                    let absorbed = set.pointee.value[other]
                    absorb(absorbed, into: &set.pointee.value[target])
                    set.pointee.value.remove(at: other)
                    continue
                }
            }
            other += 1
        }
        if target < 0 {
            if isExpired(window) {
                if set.pointee.value.isEmpty { keys.removeValue(for: key, hash: hash) }
                try rejectLate(element, timestamp, missed: 1, of: 1, output: &output)
                return
            }
            target = set.pointee.value.count
            set.pointee.value.append(State(window: window, accumulator: aggregate.makeAccumulator()))
        }
        set.pointee.value[target].hasEnded = set.pointee.value[target].window.maxTimestamp <= time
        try put(element, timestamp, in: set, target, key: key, now: now, output: &output)
    }

    /// Merges a session into another: contents, trigger state and timers.
    @inlinable @inline(never)
    mutating func absorb(_ absorbed: State, into target: inout State) {
        target.window.start = Swift.min(target.window.start, absorbed.window.start)
        target.window.end = Swift.max(target.window.end, absorbed.window.end)
        aggregate.merge(absorbed.accumulator, into: &target.accumulator)
        target.unfired += absorbed.unfired
        target.held += absorbed.held
        target.nextEventFire = Swift.min(target.nextEventFire, absorbed.nextEventFire)
        target.nextProcessingFire = Swift.min(
            target.nextProcessingFire, absorbed.nextProcessingFire)
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
        // Safety: the pointer is used before the table changes again.
        let set = keys.slot(of: key, hash: run.hashes[index], default: WindowSet())
        for window in open {
            var target = 0
            while target < set.pointee.value.count, set.pointee.value[target].window != window { target += 1 }
            if target == set.pointee.value.count {
                set.pointee.value.append(
                    State(window: window, accumulator: aggregate.makeAccumulator()))
                set.pointee.value[target].hasEnded = window.maxTimestamp <= time
            }
            try put(element, timestamp, in: set, target, key: key, now: now, output: &output)
        }
    }

    /// Adds an element to a window and fires it if the trigger says so.
    @inlinable @inline(__always)
    mutating func put(
        _ element: A.Input, _ timestamp: Timestamp,
        in set: UnsafeMutablePointer<Keys.Slot>, _ target: Int, key: Key,
        now: Timestamp, output: inout Emitter<Output>
    ) throws {
        aggregate.add(element, at: timestamp, to: &set.pointee.value[target].accumulator)
        set.pointee.value[target].unfired &+= 1
        set.pointee.value[target].held &+= 1
        if fires(set.pointee.value[target], timestamp) {
            try fire(&set.pointee.value[target], key: key, output: &output)
        }
        schedule(set, target, key: key, timestamp, now: now)
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
