import Synchronization

/// Runs all tasks of a simulation on the caller's thread, one job after the other, in an order that the seed
/// decides.
///
/// Safety: `@unchecked Sendable` because of the jobs, which are not `Sendable`: they are only touched under
/// the lock, and run by the one thread that drives the simulation.
final class SimulatedExecutor: TaskExecutor, @unchecked Sendable {
    private struct State: ~Copyable {
        var jobs: [UnownedJob] = []
        var generator: SeededGenerator
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(generator: SeededGenerator(seed: seed))) }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        state.withLock { $0.jobs.append(unowned) }
    }

    /// Runs one of the jobs that are ready.
    /// - Returns: Whether there was one.
    func step() -> Bool {
        let job = state.withLock { state -> UnownedJob? in
            if state.jobs.isEmpty { return nil }
            let index = state.generator.below(state.jobs.count)
            state.jobs.swapAt(index, state.jobs.count - 1)
            return state.jobs.removeLast()
        }
        guard let job else { return false }
        job.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }
}
