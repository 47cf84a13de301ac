/// One instance of a stage: owns its operators and their state, and runs its whole chain for one
/// message at a time.
@usableFromInline
final class Worker {
    /// The name for metrics: the stage's first operator and the instance.
    let name: String
    let context: WorkerContext
    let inbox: Inbox
    /// Shows to the outside how the worker gets on.
    var gauge = WorkerGauge()
    var activity = WorkerActivity.idle
    /// One per input of the inbox.
    var inputs: [WorkerInput] = []
    var lanes: [Lane] = []
    var egresses: [any Egress] = []
    var sinks: [OpenSink] = []
    var operators: [OperatorContext] = []
    /// Which of the context's handles are each operator's: looked for once, when the chain is complete.
    private(set) lazy var handlesOfOperators: [[Int]] = operators.map { context in
        self.context.handles.indices.filter { self.context.handles[$0].name == context.name }
    }
    var source: OpenSource?
    var alignment: BarrierAlignment
    /// Where states go at a checkpoint; `nil` where none are taken.
    var checkpoints: WorkerCheckpoints?
    /// Asked of a source: to begin a checkpoint, or to end.
    var requestedBarrier: Barrier?
    var shouldDrain = false
    /// What has been taken out of the inbox, and which of it comes next.
    var messages: [Message] = []
    var next = 0
    /// Batches that were on their way to an input when the checkpoint was taken from which this run goes on.
    var inFlight: [(input: Int, payload: any Sendable)] = []
    /// Which of the stage's instances this is.
    let index: Int
    var linger: Linger

    init(
        name: String, index: Int, context: WorkerContext, inbox: Inbox, inputCount: Int,
        linger: Duration
    ) {
        self.linger = Linger(linger)
        self.name = name
        self.index = index
        self.context = context
        self.inbox = inbox
        alignment = BarrierAlignment(inputs: inputCount)
    }

    deinit {
        // The handles and the operators that they reach hold each other.
        context.handles = []
        context.suspended = []
    }

    /// Runs the chain for one message.
    func handle(_ message: Message) throws {
        switch message.payload {
        case .batch(let batch):
            try inputs[message.input].receive(batch)
        case .signal(let signal):
            try inputs[message.input].signal(signal)
            if signal == .status(.finished) { alignment.finish(message.input) }
        case .barrier:
            preconditionFailure("barriers are aligned before the chain sees them")
        }
    }

    /// Tells the operators that wait for it that processing time has reached `now`.
    func tick(_ now: Timestamp) throws {
        for handle in context.handles { try handle.tick(now) }
    }

    /// Every operator's state, with what should not be part of it sent on before.
    func captureOperators() throws -> [CapturedState] {
        // Handles are in the order from the end of the chain to its beginning.
        for handle in context.handles.reversed() { try handle.prepare() }
        flushPartial()
        return context.handles.map { $0.capture() }.filter { !($0.snapshot is NoSnapshot) }
    }

    /// Gives the operators the state of earlier instances, which is read on all threads.
    func restore(
        _ states: (String) -> [RestoredState],
        explain: (any Error, String) -> any Error = { error, _ in error }
    ) async throws {
        try await withThrowingTaskGroup(
            of: (Int, Result<any Sendable, any Error>).self
        ) { group in
            for (index, handle) in context.handles.enumerated() {
                let states = states(handle.name)
                if states.isEmpty { continue }
                let read = handle.read
                group.addTask { (index, Result { try read(states) }) }
            }
            for try await (index, state) in group {
                let handle = context.handles[index]
                try handle.restore(state.mapError { explain($0, handle.name) })
            }
        }
    }

    /// The state of the operator called `name`, for readers.
    func readableStates(of name: String) -> [any Sendable] {
        context.handles.filter { $0.name == name }.compactMap { $0.readableState() }
    }

    /// The timers of the operator called `name`.
    func timers(of name: String) -> [any Sendable] {
        context.handles.filter { $0.name == name }.compactMap { $0.readableTimers() }
    }

    /// How many keys or entries of state the operator called `name` holds here.
    func stateCount(of name: String) -> Int {
        context.handles.filter { $0.name == name }.reduce(0) { $0 + $1.stateCount() }
    }

    /// Pushes what is held back into the lanes.
    func flushPartial() {
        linger.restart()
        for egress in egresses { egress.flushPartial() }
    }
}

/// Where the messages of one inbox input go.
struct WorkerInput {
    /// Names the edge of the graph, for the batches that are on their way through it.
    let edge: String
    let receive: (any Sendable) throws -> Void
    let signal: (Signal) throws -> Void
    /// Stores batches of the edge.
    let encode: @Sendable ([any Sendable], inout StateWriter) throws -> Void
}

// MARK: - The loops

extension Worker {
    typealias Calls = ThrowingDiscardingTaskGroup<any Error>

    /// Runs until all inputs have finished, then closes the sinks. Asynchronous calls become tasks of
    /// `group`.
    func run(in group: inout Calls) async throws {
        for begin in context.beginnings { begin() }
        if let source {
            try await run(source, in: &group)
        } else {
            try await runInbox(in: &group)
        }
        enter(.idle)
        try await awaitLastCheckpoint(in: &group)
        try await closeSinks()
    }

    private func run(_ source: OpenSource, in group: inout Calls) async throws {
        let usesTicks = usesTicks
        try source.begin()
        while true {
            enter(.busy)
            if usesTicks { try tickIfDue() }
            let status = shouldDrain ? .finished : try source.step()
            if context.yieldsOften { await Task.yield() }
            if !settlesAtOnce() { try await settle(in: &group) }
            switch status {
            case .more: break
            case .waiting:
                try source.tick()
                try await settle(isIdle: true, in: &group)
                enter(.idle)
                try await source.waitForMore(.milliseconds(10), context.timeSource)
            case .finished:
                try source.finish()
                try await settle(isIdle: true, in: &group)
                return
            }
            try Task.checkCancellation()
            if try isAskedFor(), try await attend(in: &group) { return }
        }
    }

    private func runInbox(in group: inout Calls) async throws {
        let usesTicks = usesTicks
        let inbox = inbox
        let timeSource = context.timeSource
        if usesTicks {
            group.addTask { await wake(inbox, every: .milliseconds(10), by: timeSource) }
        }
        try await processInFlight(in: &group)
        while alignment.openInputs > 0 {
            if usesTicks { try tickIfDue() }
            if next == messages.count {
                messages.removeAll(keepingCapacity: true)
                next = 0
                if !inbox.poll(into: &messages) {
                    try await settle(isIdle: true, in: &group)
                    enter(.idle)
                    try await inbox.wait()
                }
            }
            if try isAskedFor(), try await attend(in: &group) { return }
            guard next < messages.count else { continue }
            enter(.busy)
            let message = messages[next]
            // The batch must not be held here as well, or it would be copied when it is changed.
            messages[next] = Message(input: -1, payload: .signal(.tick(.none)))
            next += 1
            if try await take(message, in: &group) { return }
        }
        try await settle(isIdle: true, in: &group)
    }

    /// Takes a message in its turn: one behind a barrier waits until the barrier has come on all inputs.
    /// - Returns: Whether the stream ends here.
    private func take(_ message: Message, in group: inout Calls) async throws -> Bool {
        if alignment.holds(message.input) {
            alignment.held.append(message)
            return false
        }
        if case .barrier(let barrier) = message.payload {
            alignment.arrive(barrier, on: message.input)
            inbox.hold(message.input)
        } else {
            try handle(message)
            if context.yieldsOften { await Task.yield() }
            if !settlesAtOnce() { try await settle(in: &group) }
        }
        guard let barrier = alignment.complete() else { return false }
        try await takeCheckpoint(barrier, in: &group)
        if barrier.isLast { return true }
        inbox.release()
        let held = alignment.held
        alignment.held = []
        for message in held where try await take(message, in: &group) { return true }
        return false
    }

    /// Whether somebody asks for something between two messages.
    private func isAskedFor() throws -> Bool {
        try answerRequests()
        guard let checkpoints else { return requestedBarrier != nil }
        return requestedBarrier != nil || !checkpoints.completed.isEmpty
            || checkpoints.overtaking != nil
    }

    /// Does what has been asked for between two messages.
    /// - Returns: Whether the stream ends here.
    private func attend(in group: inout Calls) async throws -> Bool {
        try await commitSinks()
        if let barrier = requestedBarrier {
            requestedBarrier = nil
            try await takeCheckpoint(barrier, in: &group)
            return barrier.isLast
        }
        if let barrier = checkpoints?.overtaking {
            checkpoints?.overtaking = nil
            if isAwaited(barrier) { try await overtake(barrier, in: &group) }
        }
        return false
    }

    /// Whether this worker has not handed over its state to a checkpoint.
    func isAwaited(_ barrier: Barrier) -> Bool {
        source == nil && barrier.id > checkpoints?.lastReported ?? .max
    }

    /// Whether an operator of this worker uses processing time.
    var usesTicks: Bool { context.handles.contains { $0.usesTicks } }

    /// Tells the operators what time it is, if one of them waits for it.
    private func tickIfDue() throws {
        let now = context.timeSource.now()
        if let next = context.nextTick, next <= now { try tick(now) }
    }

    /// - Returns: Whether there was any.
    @discardableResult
    func answerRequests() throws -> Bool {
        let requests = inbox.pollRequests()
        for request in requests { request(self) }
        if let failure = context.failure { throw failure }
        return !requests.isEmpty
    }
}

/// Wakes a worker that waits for input again and again, so that it looks at the clock.
private func wake(_ inbox: Inbox, every interval: Duration, by timeSource: TimeSource) async {
    while inbox.post({ _ in }) {
        do { try await timeSource.sleep(for: interval) } catch { return }
    }
}
