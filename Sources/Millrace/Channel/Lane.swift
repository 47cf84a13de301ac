/// One sender's end of a channel: gathers messages while a chain runs, which must not suspend, and
/// hands them over when it is done.
@usableFromInline
final class Lane {
    private let inbox: Inbox
    private let input: Int
    private let worker: WorkerContext
    private var pending: [Message] = []
    /// How much of the receiver's room they take.
    private var pendingRoom = 0

    init(to inbox: Inbox, input: Int, of worker: WorkerContext) {
        self.inbox = inbox
        self.input = input
        self.worker = worker
    }

    /// - Parameter size: How many elements it has.
    @usableFromInline
    func push(_ payload: Message.Payload, size: Int = 0) {
        pending.append(Message(input: input, payload: payload))
        // A batch that is larger than others takes the room of several.
        pendingRoom += max(1, (size + batchCapacity - 1) / batchCapacity)
        if pendingRoom >= inbox.capacity { worker.isFull = true }
    }

    var isEmpty: Bool { pending.isEmpty }

    /// Hands over what has been gathered.
    /// - Returns: Whether the receiver has no room for more now.
    func flushIsFull() -> Bool {
        if pending.isEmpty { return false }
        defer { pendingRoom = 0 }
        return inbox.offer(&pending, taking: pendingRoom, from: input)
    }

    /// Suspends while the receiver has no room.
    func waitForRoom() async throws { try await inbox.waitForRoom(input) }

    /// Hands over what has been gathered, room or not: for a driver that runs everything in turn.
    func flushWithoutWaiting() {
        _ = flushIsFull()
    }
}

/// A port that leads out of a worker and holds elements back to send full batches.
@usableFromInline
protocol Egress: AnyObject {
    var lanes: [Lane] { get }
    /// Pushes what is held back into the lanes: before the worker waits for input.
    func flushPartial()
}
