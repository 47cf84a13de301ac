import Synchronization

/// The bounded queue in front of a worker: many senders, one receiver, one bound per sender.
///
/// A sender whose share is full is suspended until the receiver has taken what is there: that is all
/// the backpressure there is. Senders hand over several messages under one lock.
final class Inbox: Sendable {
    /// Something to do between two batches, on the worker's own task.
    typealias Request = @Sendable (Worker) -> Void

    private struct State {
        var queue: [Message] = []
        var requests: [Request] = []
        /// How much room the queued messages of each input take.
        var queued: [Int]
        /// The inputs whose messages the receiver puts aside: their senders get no room for more.
        var isHeld: [Bool]
        var receiver: CheckedContinuation<Void, Never>?
        var senders: [(input: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var isCancelled = false
        var takesNoRequests = false
    }

    /// How many messages of one sender, of a batch of the usual size each, may wait before the sender is suspended.
    let capacity: Int
    private let state: Mutex<State>

    init(inputs: Int, capacity: Int) {
        self.capacity = capacity
        state = Mutex(
            State(
                queued: Array(repeating: 0, count: inputs),
                isHeld: Array(repeating: false, count: inputs)))
    }

    /// Suspends while an input's share is full.
    /// - Throws: `CancellationError` once the inbox is cancelled.
    func waitForRoom(_ input: Int) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayGo = state.withLock { state in
                    if state.isCancelled || state.queued[input] < capacity { return true }
                    state.senders.append((input, continuation))
                    return false
                }
                if mayGo { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
        try Task.checkCancellation()
    }

    /// Hands over `messages` without waiting.
    /// - Parameter room: How much of the input's share they take.
    /// - Returns: Whether that is full now.
    func offer(_ messages: inout [Message], taking room: Int, from input: Int) -> Bool {
        let (isFull, receiver) = state.withLock { state in
            state.queued[input] += room
            state.queue.append(contentsOf: messages)
            let receiver = state.receiver
            state.receiver = nil
            return (state.queued[input] >= capacity && !state.isCancelled, receiver)
        }
        messages.removeAll(keepingCapacity: true)
        receiver?.resume()
        return isFull
    }

    /// Asks for something to be done between two batches.
    /// - Returns: Whether it will be done; `false` once the worker has ended.
    func post(_ request: @escaping Request) -> Bool {
        let (isOpen, receiver) = state.withLock { state in
            if state.takesNoRequests { return (false, nil as CheckedContinuation<Void, Never>?) }
            state.requests.append(request)
            let receiver = state.receiver
            state.receiver = nil
            return (true, receiver)
        }
        receiver?.resume()
        return isOpen
    }

    /// Takes the last requests; no more are accepted.
    func closeRequests() -> [Request] {
        state.withLock { state in
            state.takesNoRequests = true
            let requests = state.requests
            state.requests = []
            return requests
        }
    }

    /// Takes the requests that have come.
    func pollRequests() -> [Request] {
        state.withLock { state in
            let requests = state.requests
            state.requests = []
            return requests
        }
    }

    /// Swaps the queued messages into `messages`, which must be empty, and lets the senders go on.
    /// - Returns: Whether there was any.
    func poll(into messages: inout [Message]) -> Bool {
        let senders = state.withLock { state in
            if state.queue.isEmpty { return [] as [CheckedContinuation<Void, Never>] }
            swap(&state.queue, &messages)
            for input in state.queued.indices where !state.isHeld[input] {
                state.queued[input] = 0
            }
            return Self.takeSenders(&state)
        }
        for sender in senders { sender.resume() }
        return !messages.isEmpty
    }

    /// Lets the senders go on once, room or not.
    func wakeSenders() {
        let senders = state.withLock { Self.takeSenders(&$0) }
        for sender in senders { sender.resume() }
    }

    /// Gives no more room to an input's sender until ``release()``.
    func hold(_ input: Int) { state.withLock { $0.isHeld[input] = true } }

    /// Gives room to all senders again.
    func release() {
        let senders = state.withLock { state in
            for input in state.isHeld.indices where state.isHeld[input] {
                state.isHeld[input] = false
                state.queued[input] = 0
            }
            return Self.takeSenders(&state)
        }
        for sender in senders { sender.resume() }
    }

    /// Takes out the senders that have room.
    private static func takeSenders(
        _ state: inout State
    ) -> [CheckedContinuation<Void, Never>] {
        let ready = state.senders.filter { !state.isHeld[$0.input] }
        state.senders.removeAll { !state.isHeld[$0.input] }
        return ready.map(\.continuation)
    }

    /// Suspends until there is a message or a request.
    /// - Throws: `CancellationError` once the task or the inbox is cancelled.
    func wait() async throws { try await wait { !$0.queue.isEmpty || !$0.requests.isEmpty } }

    /// Suspends until there is a request.
    /// - Throws: `CancellationError` once the task or the inbox is cancelled.
    func waitForRequest() async throws {
        // A message wakes the receiver as well, so look again.
        while state.withLock({ $0.requests.isEmpty }) { try await wait { !$0.requests.isEmpty } }
    }

    private func wait(_ isReady: @escaping @Sendable (borrowing State) -> Bool) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayGo = state.withLock { state in
                    if state.isCancelled || isReady(state) {
                        return true
                    }
                    state.receiver = continuation
                    return false
                }
                if mayGo { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
        try Task.checkCancellation()
    }

    /// How many messages wait.
    var count: Int { state.withLock { $0.queue.count } }

    /// How much of its share each input has used.
    var queuedCounts: [Int] { state.withLock { $0.queued } }

    /// Wakes everybody who waits; nobody waits here again.
    private func cancel() {
        let (receiver, senders) = state.withLock { state in
            state.isCancelled = true
            let woken = (state.receiver, state.senders)
            state.receiver = nil
            state.senders = []
            return woken
        }
        receiver?.resume()
        for sender in senders { sender.continuation.resume() }
    }
}
