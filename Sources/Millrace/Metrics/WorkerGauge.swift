import Synchronization

/// What a worker shows to the outside: what it does at the moment, and its figures.
///
/// A worker answers between two batches. Before it waits for somebody else, for room in a channel or for a
/// sink's system, it leaves its figures here, so that an answer never depends on how long that takes.
final class WorkerGauge: Sendable {
    private struct State {
        var timer: ActivityTimer
        /// The figures, while the worker cannot answer; its last ones, once it has ended.
        var standing: WorkerSnapshot?
        var hasEnded = false
        var waiting: [CheckedContinuation<WorkerSnapshot, Never>] = []
    }

    private let state: Mutex<State>

    init(at start: ContinuousClock.Instant = .now) {
        state = Mutex(State(timer: ActivityTimer(at: start)))
    }

    // MARK: - From the worker

    /// What the worker does from now on. One look at the clock.
    func enter(_ activity: WorkerActivity) {
        let now = ContinuousClock.now
        state.withLock { $0.timer.enter(activity, at: now) }
    }

    /// The worker cannot answer until ``withdraw()``.
    func publish(_ snapshot: WorkerSnapshot) {
        answer(snapshot) { $0.standing = snapshot }
    }

    /// The worker answers itself again.
    func withdraw() { state.withLock { $0.standing = nil } }

    /// Answers those who wait.
    func answer(_ snapshot: WorkerSnapshot) { answer(snapshot) { _ in } }

    /// These are the worker's last figures.
    func end(_ snapshot: WorkerSnapshot) {
        let now = ContinuousClock.now
        answer(snapshot) { state in
            state.standing = snapshot
            state.timer.enter(.idle, at: now)
            state.hasEnded = true
        }
    }

    private func answer(_ snapshot: WorkerSnapshot, _ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            let waiting = state.waiting
            state.waiting = []
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: snapshot) }
    }

    // MARK: - From outside

    /// Whether the worker has ended.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// What the worker does now, and how it has spent its time.
    var load: (activity: WorkerActivity, times: WorkerTimes) {
        let now = ContinuousClock.now
        return state.withLock { ($0.timer.activity, $0.timer.times(at: now)) }
    }

    /// The worker's figures: at once if it stands still, else between two of its batches.
    ///
    /// - Parameter ask: Makes the worker call ``answer(_:)``.
    func snapshot(_ ask: () -> Void) async -> WorkerSnapshot {
        await withCheckedContinuation { continuation in
            let standing = state.withLock { state in
                if state.standing == nil { state.waiting.append(continuation) }
                return state.standing
            }
            if let standing { continuation.resume(returning: standing) } else { ask() }
        }
    }
}

/// The figures of a worker at a moment.
struct WorkerSnapshot: Sendable {
    var operators: [OperatorReport] = []
    /// The split that it reads, if it is a source's.
    var split: SplitReport?
}
