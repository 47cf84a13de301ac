import Synchronization

/// Runs all tasks of a simulation on the caller's thread, one job after the other, in an order that the seed
/// decides. Now and then a job has to wait for long, as if its worker stood still.
///
/// Safety: `@unchecked Sendable` because of the jobs, which are not `Sendable`: they are only touched under
/// the lock, and run by the one thread that drives the simulation.
final class SimulatedExecutor: TaskExecutor, @unchecked Sendable {
    private struct State: ~Copyable {
        var jobs: [UnownedJob] = []
        var generator: SeededGenerator
        /// A job that has to wait, and for how many steps.
        var paused: (job: UnownedJob, steps: Int)?

        mutating func next() -> UnownedJob? {
            if let (job, steps) = paused {
                paused = steps > 0 && !jobs.isEmpty ? (job, steps - 1) : nil
                if paused == nil { jobs.append(job) }
            }
            if jobs.isEmpty { return nil }
            let index = generator.below(jobs.count)
            jobs.swapAt(index, jobs.count - 1)
            let job = jobs.removeLast()
            if paused == nil, !jobs.isEmpty, generator.oneIn(200) {
                paused = (job, 1 + generator.below(300))
                return next()
            }
            return job
        }
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
        guard let job = state.withLock({ $0.next() }) else { return false }
        job.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }
}
