/// What the operators of one worker share: the clock, whether the output has room, and which of them
/// wait for room.
@usableFromInline
final class WorkerContext {
    @usableFromInline let timeSource: TimeSource
    /// Set by a channel or sink that has no room for more.
    @usableFromInline var isFull = false
    /// Operators that have more to emit once there is room.
    @usableFromInline var suspended: [() throws -> Progress] = []
    /// The worker's stateful parts, as closures: for ticks, snapshots and metrics.
    @usableFromInline var handles: [OperatorHandle] = []

    /// Asynchronous calls that are to be started, each of which posts its result to the inbox.
    var calls: [@Sendable (Inbox) async -> Void] = []
    /// Take the results of calls, by operator.
    var callHandlers: [(Int, any Sendable) -> Void] = []
    /// Whether an operator has elements that wait for a call to begin.
    var backlogs: [() -> Bool] = []
    /// Called once when the worker begins: starts the calls of restored elements.
    var beginnings: [() -> Void] = []
    /// Whether a suspended operator waits for calls, not for room.
    var awaitsCalls = false
    /// What went wrong when a call's result was taken.
    var failure: (any Error)?

    /// Whether to let others go first after every message.
    let yieldsOften: Bool

    init(timeSource: TimeSource, yieldsOften: Bool) {
        self.timeSource = timeSource
        self.yieldsOften = yieldsOften
    }

    /// Lets the suspended operators go on until there is no room or nothing left.
    /// - Returns: Whether all of them are done.
    func resumeSuspended() throws -> Bool {
        while !isFull, !awaitsCalls, let next = suspended.first {
            if try next() == .done { suspended.removeFirst() }
        }
        return suspended.isEmpty
    }

    /// The earliest processing time at which an operator of this worker wants a tick.
    var nextTick: Timestamp? {
        var earliest: Timestamp?
        for handle in handles where handle.usesTicks {
            if let time = handle.nextTick(), time < earliest ?? .max { earliest = time }
        }
        return earliest
    }
}

/// What a worker can ask of one of its operators between two messages.
@usableFromInline
final class OperatorHandle {
    let name: String
    let usesTicks: Bool
    let nextTick: () -> Timestamp?
    let tick: (Timestamp) throws -> Void
    let prepare: () throws -> Void
    let capture: () -> CapturedState
    /// Reads the states of earlier instances, in any task.
    let read: @Sendable ([RestoredState]) throws -> any Sendable
    /// Takes over what has been read.
    let restore: (Result<any Sendable, any Error>) throws -> Void
    let stateCount: () -> Int
    let bufferedCount: () -> Int
    let readableState: () -> (any Sendable)?
    let readableTimers: () -> (any Sendable)?
    let nextDue: () -> Timestamp?
    let visitKeyHashes: ((UInt64) -> Void) -> Void

    @usableFromInline
    init(
        name: String, usesTicks: Bool, nextTick: @escaping () -> Timestamp?,
        tick: @escaping (Timestamp) throws -> Void, prepare: @escaping () throws -> Void,
        capture: @escaping () -> CapturedState,
        read: @escaping @Sendable ([RestoredState]) throws -> any Sendable,
        restore: @escaping (Result<any Sendable, any Error>) throws -> Void,
        stateCount: @escaping () -> Int,
        bufferedCount: @escaping () -> Int, readableState: @escaping () -> (any Sendable)?,
        readableTimers: @escaping () -> (any Sendable)?,
        nextDue: @escaping () -> Timestamp?,
        visitKeyHashes: @escaping ((UInt64) -> Void) -> Void
    ) {
        self.name = name
        self.usesTicks = usesTicks
        self.nextTick = nextTick
        self.tick = tick
        self.prepare = prepare
        self.capture = capture
        self.read = read
        self.restore = restore
        self.stateCount = stateCount
        self.bufferedCount = bufferedCount
        self.readableState = readableState
        self.readableTimers = readableTimers
        self.nextDue = nextDue
        self.visitKeyHashes = visitKeyHashes
    }
}
