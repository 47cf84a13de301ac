public import Millrace
import Synchronization

/// Time that passes only when nothing else can happen: it jumps to whoever sleeps the shortest.
public final class SimulatedClock: Sendable {
    private struct Sleeper {
        var wakesAt: Duration
        var number: UInt64
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        /// Time as it passes, which nobody can set, finer than a ``Timestamp``: steps and sleeps are shorter than
        /// a millisecond.
        var elapsed = Duration.zero
        /// What the clock on the wall showed at the start, as it has been set since.
        var start: Timestamp
        var nextNumber: UInt64 = 0
        var sleepers: [Sleeper] = []
        /// Sleepers that were cancelled before they slept.
        var cancelled: Set<UInt64> = []
    }

    private let state: Mutex<State>

    init(at start: Timestamp = Timestamp(millis: 1_700_000_000_000)) {
        state = Mutex(State(start: start))
    }

    /// The time now.
    public var now: Timestamp { state.withLock { $0.start + $0.elapsed } }

    /// How many tasks sleep.
    var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// The clock as a topology's source of time.
    public var source: TimeSource {
        TimeSource(sleep: { try await self.sleep(for: $0) }) { self.now }
    }

    /// Suspends until as much time has passed.
    /// - Throws: `CancellationError` once the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayGo = state.withLock { state in
                    if state.cancelled.remove(number) != nil || duration <= .zero { return true }
                    state.sleepers.append(
                        Sleeper(
                            wakesAt: state.elapsed + duration, number: number,
                            continuation: continuation))
                    return false
                }
                if mayGo { continuation.resume() }
            }
        } onCancel: {
            cancel(number)
        }
        try Task.checkCancellation()
    }

    private func cancel(_ number: UInt64) {
        let sleeper = state.withLock { state in
            guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil as Sleeper?
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume()
    }

    /// Lets time pass until the next sleeper wakes.
    /// - Returns: Whether anybody slept.
    func advance() -> Bool {
        let sleeper = state.withLock { state -> Sleeper? in
            let next = state.sleepers.indices.min {
                (state.sleepers[$0].wakesAt, state.sleepers[$0].number)
                    < (state.sleepers[$1].wakesAt, state.sleepers[$1].number)
            }
            guard let next else { return nil }
            let sleeper = state.sleepers.remove(at: next)
            state.elapsed = max(state.elapsed, sleeper.wakesAt)
            return sleeper
        }
        sleeper?.continuation.resume()
        return sleeper != nil
    }

    /// Lets a little time pass, and wakes who has slept long enough.
    func elapse(_ duration: Duration) {
        let awake = state.withLock { state in
            state.elapsed += duration
            let now = state.elapsed
            let awake = state.sleepers.filter { $0.wakesAt <= now }
            state.sleepers.removeAll { $0.wakesAt <= now }
            return awake
        }
        for sleeper in awake { sleeper.continuation.resume() }
    }

    /// Sets the clock on the wall forward or back, as somebody might. Who sleeps does not notice.
    func jump(by duration: Duration) { state.withLock { $0.start = $0.start + duration } }
}
