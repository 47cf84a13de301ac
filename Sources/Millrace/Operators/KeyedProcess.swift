/// The user's functions of a keyed process.
@usableFromInline
struct KeyedProcessFunctions<Key: StreamKey, Input: Sendable, State: Sendable, Output: Sendable>:
    Sendable
{
    @usableFromInline typealias Context = KeyedContext<Key, Output>
    let onElement: @Sendable (Input, inout State?, Context) throws -> Void
    let onTimer: @Sendable (KeyedTimer<Key>, inout State?, Context) throws -> Void
    let onExpiry: @Sendable (State, Context) throws -> Void

    @usableFromInline
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
        var state: State?
        var touched: Timestamp
        /// When the key is looked at for expiry.
        var checkAt = Int64.max
    }

    let functions: Functions
    let expiry: StateExpiry?
    let selector: KeySelector<Input, Key>
    var keys = KeyTable<Key, Entry>()
    var run = KeyRun<Key>()
    var wheel: ExpiryWheel<Key>
    var callbacks: KeyedContext<Key, Output>?
    /// What `restore` has brought, until the context is there.
    var restoredTimers: [KeyedTimer<Key>] = []
    var watermark = Timestamp.none

    @usableFromInline
    init(functions: Functions, expiry: StateExpiry?, selector: KeySelector<Input, Key>) {
        self.functions = functions
        self.expiry = expiry
        self.selector = selector
        wheel = ExpiryWheel(spanMillis: expiry?.timeToLive.wholeMillis ?? 1)
    }

    @usableFromInline
    mutating func process(
        _ batch: inout Batch<Input>, into output: inout Emitter<Output>
    ) throws {
        try selector.fill(&run, &batch, output.context)
        let functions = functions
        for index in 0..<run.count {
            let element = batch.elements[index]
            let timestamp = batch.timestamps[index]
            do {
                try call(run.keys[index], at: timestamp, output: &output) { state, context in
                    try functions.onElement(element, &state, context)
                }
            } catch {
                try output.context.reject(element, at: timestamp, because: error)
            }
        }
        try forward(into: &output)
    }

    /// Calls a function with the state of a key; state that is `nil` afterwards is removed.
    mutating func call(
        _ key: Key, at timestamp: Timestamp, output: inout Emitter<Output>, touches: Bool = true,
        _ body: (inout State?, KeyedContext<Key, Output>) throws -> Void
    ) throws {
        let context = context(for: key, output: output)
        context.timestamp = timestamp
        let hash = key.stableHash
        let time = touchTime(timestamp, now: output.context)
        // Safety: the slot is used before the table changes again; the function cannot reach it.
        let slot = keys.pointer(to: key, hash: hash, default: Entry(state: nil, touched: time))
        defer {
            if slot.pointee.state == nil {
                keys.removeValue(for: key, hash: hash)
            } else if let expiry, touches {
                slot.pointee.touched = max(slot.pointee.touched, time)
                scheduleCheck(slot, key: key, after: expiry.timeToLive.wholeMillis)
            }
        }
        try body(&slot.pointee.state, context)
        if context.outputs.count >= batchCapacity { try forward(into: &output) }
    }

    mutating func scheduleCheck(
        _ slot: UnsafeMutablePointer<Entry>, key: Key, after timeToLive: Int64
    ) {
        if slot.pointee.checkAt < .max { return }
        let due = slot.pointee.touched.millis.saturatingAdd(timeToLive).saturatingAdd(1)
        slot.pointee.checkAt = due
        wheel.schedule(key, at: due)
    }

    func touchTime(_ timestamp: Timestamp, now context: OperatorContext) -> Timestamp {
        expiry?.domain == .processingTime ? context.now : timestamp
    }

    mutating func context(
        for key: Key, output: borrowing Emitter<Output>
    ) -> KeyedContext<Key, Output> {
        if let callbacks {
            callbacks.key = key
            return callbacks
        }
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

    mutating func forward(into output: inout Emitter<Output>) throws {
        guard let callbacks, !callbacks.outputs.isEmpty else { return }
        try output.forward(&callbacks.outputs)
        callbacks.outputs.removeAll()
    }

    @usableFromInline var stateCount: Int { keys.count }

    @usableFromInline
    mutating func readableState() -> (any Sendable)? {
        StateSnapshot<Key, State>(keys.snapshot()) { $0.state }
    }
}
