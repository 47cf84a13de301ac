/// What the operators of one worker share: the clock, whether the output has room, and which of them
/// wait for room.
@usableFromInline
final class WorkerContext {
    @usableFromInline let timeSource: TimeSource
    /// Set by a channel or sink that has no room for more.
    @usableFromInline var isFull = false
    /// Operators that have more to emit once there is room.
    @usableFromInline var suspended: [() throws -> Progress] = []
    /// Asks each operator for its next wish to be called in processing time.
    @usableFromInline var nextTicks: [() -> Timestamp?] = []

    @usableFromInline
    init(timeSource: TimeSource) { self.timeSource = timeSource }

    /// Lets the suspended operators go on until there is no room or nothing left.
    /// - Returns: Whether all of them are done.
    func resumeSuspended() throws -> Bool {
        while !isFull, let next = suspended.first {
            if try next() == .done { suspended.removeFirst() }
        }
        return suspended.isEmpty
    }

    /// The earliest processing time at which an operator of this worker wants a tick.
    var nextTick: Timestamp? {
        var earliest: Timestamp?
        for nextTick in nextTicks {
            if let time = nextTick(), time < earliest ?? .max { earliest = time }
        }
        return earliest
    }
}
