private import CMillrace

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Threads of a topology's own, for a process that does something else besides.
///
/// A topology that has much to do keeps the threads of Swift's default executor busy, and whatever shares
/// them, a server's requests for example, waits for whole batches. On threads of its own it shares the
/// processors instead, and the system divides them fairly:
///
/// ```swift
/// let threads = WorkerThreads()
/// _ = try await withTaskExecutorPreference(threads) { try await topology.run() }
/// ```
/// They serve as many topologies as run on them, jobs in the order in which they became ready. Hold the
/// object for as long as something runs on it; its threads end when it is released.
///
/// Safety: `@unchecked Sendable` because of the pool, which has a lock of its own.
public final class WorkerThreads: TaskExecutor, @unchecked Sendable {
    private let pool = ThreadPool()

    /// - Parameter count: How many threads; as many as the machine has processors if `nil`. At least one.
    public init(count: Int? = nil) {
        let count = count ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let executor = asUnownedTaskExecutor()
        for _ in 0..<max(1, count) {
            // Safety: the thread takes over the reference, and gives it up at its end.
            let argument = Unmanaged.passRetained(ThreadPool.Member(pool, executor)).toOpaque()
            let result = millrace_start_thread(
                { argument in
                    guard let argument else { return }
                    Unmanaged<ThreadPool.Member>.fromOpaque(argument).takeRetainedValue().work()
                }, argument)
            precondition(result == 0, "the system does not start another thread: error \(result)")
        }
    }

    deinit { pool.close() }

    public func enqueue(_ job: consuming ExecutorJob) { pool.add(UnownedJob(job)) }
}

/// Jobs, and threads that wait for them.
///
/// Safety: `@unchecked Sendable`, because `jobs`, `next` and `isClosed` are touched only by who holds `lock`;
/// the lock and the condition have a fixed address, and live until the last thread has ended.
private final class ThreadPool: @unchecked Sendable {
    private var jobs: [UnownedJob] = []
    /// The first of `jobs` that has not been taken.
    private var next = 0
    private var isClosed = false
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let hasChanged = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        lock.initialize(to: pthread_mutex_t())
        hasChanged.initialize(to: pthread_cond_t())
        pthread_mutex_init(lock, nil)
        pthread_cond_init(hasChanged, nil)
    }

    deinit {
        pthread_cond_destroy(hasChanged)
        pthread_mutex_destroy(lock)
        hasChanged.deallocate()
        lock.deallocate()
    }

    func add(_ job: UnownedJob) {
        pthread_mutex_lock(lock)
        jobs.append(job)
        pthread_mutex_unlock(lock)
        pthread_cond_signal(hasChanged)
    }

    func close() {
        pthread_mutex_lock(lock)
        isClosed = true
        pthread_mutex_unlock(lock)
        pthread_cond_broadcast(hasChanged)
    }

    /// The job that has waited longest; `nil` once the pool is closed.
    fileprivate func take() -> UnownedJob? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while next == jobs.count {
            if isClosed { return nil }
            pthread_cond_wait(hasChanged, lock)
        }
        let job = jobs[next]
        next += 1
        if next == jobs.count || next == 1024 {
            jobs.removeFirst(next)
            next = 0
        }
        return job
    }

    /// One thread.
    final class Member: Sendable {
        private let pool: ThreadPool
        private let executor: UnownedTaskExecutor

        init(_ pool: ThreadPool, _ executor: UnownedTaskExecutor) {
            self.pool = pool
            self.executor = executor
        }

        func work() {
            while let job = pool.take() { job.runSynchronously(on: executor) }
        }
    }
}
