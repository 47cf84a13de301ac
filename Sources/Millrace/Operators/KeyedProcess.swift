/// The user's functions of a keyed process.
@usableFromInline
struct KeyedProcessFunctions<Key: StreamKey, Input: Sendable, State: Sendable, Output: Sendable>:
    Sendable
{
    @usableFromInline typealias Context = KeyedContext<Key, Output>
    @usableFromInline let onElement: @Sendable (Input, inout State?, Context) throws -> Void
    @usableFromInline let onTimer: @Sendable (KeyedTimer<Key>, inout State?, Context) throws -> Void
    @usableFromInline let onExpiry: @Sendable (State, Context) throws -> Void

    @inlinable
    init(
        onElement: @escaping @Sendable (Input, inout State?, Context) throws -> Void,
        onTimer: @escaping @Sendable (KeyedTimer<Key>, inout State?, Context) throws -> Void,
        onExpiry: @escaping @Sendable (State, Context) throws -> Void
    ) {
        self.onElement = onElement
        self.onTimer = onTimer
        self.onExpiry = onExpiry
    }
}

/// Runs a function per element over one state value per key, with timers and expiry.
@usableFromInline
struct KeyedProcessOperator<
    Key: StreamKey, Input: Sendable, State: Sendable, Output: Sendable
>: Operator, ~Copyable {
    @usableFromInline typealias Functions = KeyedProcessFunctions<Key, Input, State, Output>

    /// A key's state and when it was last touched.
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline var state: State?
        @usableFromInline var touched: Timestamp
        /// When the key is looked at for expiry.
        @usableFromInline var checkAt: Int64

        @inlinable @inline(__always)
        init(state: State?, touched: Timestamp, checkAt: Int64 = .max) {
            self.state = state
            self.touched = touched
            self.checkAt = checkAt
        }
    }

    @usableFromInline let functions: Functions
    @usableFromInline let expiry: StateExpiry.Domain?
    @usableFromInline let timeToLiveMillis: Int64
    @usableFromInline let selector: KeySelector<Input, Key>
    @usableFromInline var keys = KeyTable<Key, Entry>()
    @usableFromInline var run = KeyRun<Key>()
    @usableFromInline var wheel: ExpiryWheel<Key>
    /// Keys to be looked at for expiry, on their way out of the wheel.
    @usableFromInline var due = ContiguousArray<ExpiryWheel<Key>.Timed>()
    @usableFromInline var callbacks: KeyedContext<Key, Output>?
    /// What the context has gathered, on its way downstream.
    @usableFromInline var emitted = Batch<Output>()
    /// What `restore` has brought, until the context is there.
    @usableFromInline var restoredTimers: [KeyedTimer<Key>] = []
    @usableFromInline var watermark = Timestamp.none

    @inlinable
    init(functions: Functions, expiry: StateExpiry?, selector: KeySelector<Input, Key>) {
        self.functions = functions
        self.expiry = expiry?.domain
        self.selector = selector
        timeToLiveMillis = expiry?.timeToLive.wholeMillis ?? .max
        wheel = ExpiryWheel(spanMillis: expiry?.timeToLive.wholeMillis ?? 1)
    }

    @inlinable
    mutating func process(
        _ batch: inout Batch<Input>, into output: inout Emitter<Output>
    ) throws {
        try selector.fill(&run, &batch, output.context)
        if run.count == 0 { return }
        let onElement = functions.onElement
        let context = context(for: run.keys[0], output: output)
        let clock = expiry == .processingTime ? output.context.now : nil
        try batch.elements.withUnsafeBufferPointer { elements in
            try batch.timestamps.withUnsafeBufferPointer { timestamps in
                for index in 0..<run.count {
                    keys.prefetch(aheadOf: index, count: run.count) { run.hashes[$0] }
                    let (key, hash, timestamp) = (
                        run.keys[index], run.hashes[index], timestamps[index]
                    )
                    context.currentKey = key
                    context.currentTimestamp = timestamp
                    let time = clock ?? timestamp
                    // Safety: the slot is used before the table changes again; the function cannot
                    // reach the table.
                    let slot = keys.pointer(
                        to: key, hash: hash, default: Entry(state: nil, touched: time))
                    var failure: (any Error)?
                    do {
                        try onElement(elements[index], &slot.pointee.state, context)
                    } catch {
                        failure = error
                    }
                    settle(slot, key, hash: hash, touchedAt: time)
                    if let failure {
                        try output.context.reject(
                            elements[index], at: timestamp, because: failure)
                    }
                    if context.outputs.count >= batchCapacity {
                        try forward(context, into: &output)
                    }
                }
            }
        }
        try forward(context, into: &output)
    }

    /// Removes state that a function has left `nil`, and sees to the expiry of other state; `time` is
    /// `nil` for a function that does not touch it.
    @inlinable @inline(__always)
    mutating func settle(
        _ slot: UnsafeMutablePointer<Entry>, _ key: Key, hash: UInt64, touchedAt time: Timestamp?
    ) {
        if slot.pointee.state == nil {
            keys.removeValue(for: key, hash: hash)
        } else if expiry != nil, let time {
            slot.pointee.touched = Swift.max(slot.pointee.touched, time)
            if slot.pointee.checkAt == .max { scheduleCheck(slot, key: key) }
        }
    }

    @inlinable
    mutating func scheduleCheck(_ slot: UnsafeMutablePointer<Entry>, key: Key) {
        let due = slot.pointee.touched.millis.saturatingAdd(timeToLiveMillis).saturatingAdd(1)
        slot.pointee.checkAt = due
        wheel.schedule(key, at: due)
    }

    /// The context, which is made for the first key.
    @inlinable @inline(never)
    mutating func context(
        for key: Key, output: borrowing Emitter<Output>
    ) -> KeyedContext<Key, Output> {
        if let callbacks { return callbacks }
        let made = KeyedContext<Key, Output>(key: key, operatorContext: output.context)
        made.currentWatermark = watermark
        for timer in restoredTimers {
            if timer.domain == .eventTime {
                made.eventTimers.set(timer)
            } else {
                made.processingTimers.set(timer)
            }
        }
        restoredTimers = []
        callbacks = made
        return made
    }

    /// Pushes what the functions have emitted.
    @inlinable @inline(never)
    mutating func forward(
        _ context: KeyedContext<Key, Output>, into output: inout Emitter<Output>
    ) throws {
        if context.outputs.isEmpty { return }
        swap(&emitted, &context.outputs)
        try output.forward(&emitted)
        emitted.removeAll()
    }

    @inlinable var stateCount: Int { keys.count }

    @inlinable
    mutating func readableState() -> (any Sendable)? {
        StateSnapshot<Key, State>(keys.snapshot()) { _, entry in entry.state }
    }

    @inlinable
    func readableTimers() -> (any Sendable)? {
        guard let callbacks else { return restoredTimers }
        var timers: [KeyedTimer<Key>] = []
        callbacks.eventTimers.active.visit { timer, _ in timers.append(timer) }
        callbacks.processingTimers.active.visit { timer, _ in timers.append(timer) }
        return timers
    }

    @inlinable
    func visitKeyHashes(_ body: (UInt64) -> Void) {
        keys.visit { key, _ in body(key.stableHash) }
        for timer in restoredTimers { body(timer.key.stableHash) }
        callbacks?.eventTimers.active.visit { timer, _ in body(timer.key.stableHash) }
        callbacks?.processingTimers.active.visit { timer, _ in body(timer.key.stableHash) }
    }
}
