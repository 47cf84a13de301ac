import Synchronization

/// A bounded queue between a task that waits for elements and a reader that must not wait.
final class Handoff<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var hasEnded = false
        var error: (any Error)?
        var sender: CheckedContinuation<Void, Never>?
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = capacity }

    /// Adds an element, and suspends while the queue is full.
    /// - Throws: `CancellationError` if the task is cancelled meanwhile.
    func send(_ element: Element) async throws {
        let isFull = state.withLock { state in
            state.elements.append(element)
            return state.elements.count >= capacity
        }
        if isFull { await waitForRoom() }
        try Task.checkCancellation()
    }

    private func waitForRoom() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayGo = state.withLock { state in
                    if Task.isCancelled || state.elements.count < capacity { return true }
                    state.sender = continuation
                    return false
                }
                if mayGo { continuation.resume() }
            }
        } onCancel: {
            wakeSender()
        }
    }

    /// No element will follow; `error` says why if that was not meant to be.
    func finish(_ error: (any Error)?) {
        state.withLock { state in
            state.hasEnded = true
            state.error = error
        }
    }

    /// Takes up to `limit` elements.
    /// - Throws: The error that ended the queue, behind the last element.
    func take(_ limit: Int) throws -> ([Element], SourceStatus) {
        let (elements, status, error) = state.withLock { state in
            let taken = Array(state.elements.prefix(limit))
            state.elements.removeFirst(taken.count)
            let isEmpty = state.elements.isEmpty
            let status: SourceStatus = !isEmpty ? .more : state.hasEnded ? .finished : .waiting
            return (taken, status, isEmpty && taken.isEmpty ? state.error : nil)
        }
        wakeSender()
        if let error { throw error }
        return (elements, hasFailed && status == .finished && !elements.isEmpty ? .more : status)
    }

    /// Whether the end is an error, which is thrown by the read behind the last element.
    private var hasFailed: Bool { state.withLock { $0.error != nil } }

    private func wakeSender() {
        let sender = state.withLock { state in
            let sender = state.sender
            state.sender = nil
            return sender
        }
        sender?.resume()
    }
}
