import Foundation

/// Runs the server's tasks on threads of its own.
///
/// The topologies keep the threads of the default executor busy when there is much to do. Requests that had to
/// wait for them would take as long as a batch; on threads of their own they share the processors instead. It
/// is also where the log waits for its device.
final class RequestExecutor: TaskExecutor {
    /// For all servers of the process; its threads are never ended.
    static let shared = RequestExecutor(
        threads: max(4, ProcessInfo.processInfo.activeProcessorCount))

    // Safety: `jobs` and `next` are used by whoever holds the lock of `condition` only.
    nonisolated(unsafe) private var jobs: [UnownedJob] = []
    nonisolated(unsafe) private var next = 0
    private let condition = NSCondition()

    private init(threads: Int) {
        for number in 0..<threads {
            let thread = Thread { self.work() }
            thread.name = "requests-\(number)"
            thread.start()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    private func work() {
        while true { take().runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// The job that has waited longest.
    private func take() -> UnownedJob {
        condition.lock()
        defer { condition.unlock() }
        while next == jobs.count { condition.wait() }
        let job = jobs[next]
        next += 1
        if next == jobs.count || next > 1024 {
            jobs.removeFirst(next)
            next = 0
        }
        return job
    }
}
