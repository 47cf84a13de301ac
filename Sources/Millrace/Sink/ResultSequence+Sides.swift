import Synchronization

extension ResultSequence {
    /// A consumer begins.
    /// - Throws: ``StreamError`` with code `invalidTopology` while another run uses the sequence.
    func beginRun() throws {
        try state.withLock { state in
            guard state.consumer == .absent else {
                throw StreamError(.invalidTopology, "the results are being consumed already")
            }
            state = State()
            state.consumer = .reading
        }
    }

    /// The run is over, and the sequence is free for another one.
    func endRun() {
        change { state in
            let waiting = state.waiting
            state = State()
            state.waiting = waiting
        }
    }

    /// The consumer has returned.
    /// - Returns: Whether it had seen the end.
    func consumerReturned() -> Bool {
        change { state in
            defer { state.consumer = .done }
            return state.consumer == .atEnd
        }
    }

    /// Whether a sink has written here.
    var isConnected: Bool { state.withLock { $0.openedCount > 0 } }

    /// A writer opens.
    /// - Throws: ``StreamError`` with code `invalidTopology` if nobody would take what it writes, or two
    ///   sinks write to one sequence.
    func open(of count: Int) throws {
        try state.withLock { state in
            if state.consumer == .absent {
                throw StreamError(
                    .invalidTopology,
                    "nobody consumes the results: run the topology with run(consuming:)")
            }
            state.writerCount = count
            state.openedCount += 1
            guard state.openedCount <= count else {
                throw StreamError(.invalidTopology, "two sinks write to one sequence of results")
            }
        }
    }

    /// Adds results, whether or not there is room.
    func write(_ batch: borrowing Batch<Element>) {
        change { [elements = batch.elements, timestamps = batch.timestamps] state in
            state.results.elements.append(contentsOf: elements)
            state.results.timestamps.append(contentsOf: timestamps)
        }
    }

    /// Whether writers should wait.
    var isFull: Bool { state.withLock { $0.results.count >= capacity } }

    /// Suspends while there is no room.
    func waitForRoom() async throws {
        let capacity = capacity
        try await wait { $0.results.count < capacity }
    }

    /// A writer has written all. Suspends until the consumer has dealt with everything and returned, so that
    /// the end of the topology does not interrupt it.
    func close() async throws {
        change { $0.closedCount += 1 }
        try await wait { !$0.hasEnded || $0.consumer == .done }
    }

    /// Takes all results that wait, and suspends while there is none; gives none at the end.
    /// - Throws: ``StreamError`` with code `invalidTopology` outside of a run.
    func take() async throws -> Batch<Element> {
        try await wait { !$0.results.isEmpty || $0.hasEnded || $0.consumer == .absent }
        return try change { state in
            guard state.consumer != .absent else {
                throw StreamError(
                    .invalidTopology, "results can be consumed within run(consuming:) only")
            }
            if state.results.isEmpty { state.consumer = .atEnd }
            var taken = Batch<Element>()
            swap(&taken, &state.results)
            return taken
        }
    }

    /// Changes the state and wakes everybody who waits.
    @discardableResult
    private func change<Result: Sendable>(_ body: (inout State) throws -> Result) rethrows -> Result
    {
        let (result, waiting) = try state.withLock { state in
            let result = try body(&state)
            let waiting = state.waiting
            state.waiting = []
            return (result, waiting)
        }
        for continuation in waiting { continuation.resume() }
        return result
    }

    private func wait(_ isReady: @escaping @Sendable (borrowing State) -> Bool) async throws {
        try Task.checkCancellation()
        while !state.withLock({ isReady($0) }) {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let mayGo = state.withLock { state in
                        if Task.isCancelled || isReady(state) { return true }
                        state.waiting.append(continuation)
                        return false
                    }
                    if mayGo { continuation.resume() }
                }
            } onCancel: {
                change { _ in }
            }
            try Task.checkCancellation()
        }
    }
}
