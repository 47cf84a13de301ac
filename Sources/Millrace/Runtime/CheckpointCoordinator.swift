import Synchronization

/// Begins checkpoints, gathers the workers' states, and has them written beside the stream.
final class CheckpointCoordinator: Sendable {
    /// What is to be done when a checkpoint is due.
    enum Job: Sendable {
        case checkpoint
        /// A checkpoint after which the stream stands still; into another storage, if given.
        case stop(into: (any CheckpointStorage)?)
        case savepoint(any CheckpointStorage)
        /// A mark that goes through the stream as a barrier does, and nothing is stored.
        case mark
        /// Every worker has ended.
        case final

        /// Whether the stream stands still at the barrier.
        var isLast: Bool { if case .stop = self { true } else { false } }

        var isMark: Bool { if case .mark = self { true } else { false } }

        var endsTheRun: Bool {
            switch self {
            case .stop, .final: true
            case .checkpoint, .savepoint, .mark: false
            }
        }
    }

    private struct Request: Sendable {
        let job: Job
        let answer: CheckedContinuation<CheckpointManifest?, any Error>?
    }

    private struct State: Sendable {
        /// The reports to the checkpoint that is being taken.
        var reports: [Int: WorkerReport] = [:]
        var ended: [Int: WorkerReport] = [:]
        var requests: [Request] = []
        var isDue = false
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    let checkpoints: Checkpoints
    /// The number of the run's first checkpoint.
    let firstID: UInt64
    let files: CheckpointFiles
    private let workerCount: Int
    /// Whether checkpoints are written on a thread of their own, so that neither workers nor what else the process
    /// does wait for that.
    private let usesThread: Bool
    private let state = Mutex(State())

    init(
        _ checkpoints: Checkpoints, files: CheckpointFiles, workerCount: Int,
        usesThread: Bool
    ) {
        self.checkpoints = checkpoints
        self.files = files
        firstID = files.lastID + 1
        self.workerCount = workerCount
        self.usesThread = usesThread
    }

    // MARK: - From the workers

    func report(_ report: WorkerReport, of worker: Int, to checkpoint: UInt64) {
        var report = report
        for index in report.states.indices { report.states[index].isWrittenOnce = true }
        change { $0.reports[worker] = report }
    }

    /// The worker's last state is part of every checkpoint that follows.
    func hasEnded(_ report: WorkerReport, worker: Int) { change { $0.ended[worker] = report } }

    // MARK: - From outside

    /// The next checkpoint is due.
    func tick() { change { $0.isDue = true } }

    /// Has something done, and waits for it.
    /// - Returns: What was stored, if anything.
    func request(_ job: Job) async throws -> CheckpointManifest? {
        try await withCheckedThrowingContinuation { continuation in
            var isTaken = false
            // In one step: a run that ends in between would leave the request without an answer.
            change { state in
                isTaken = !state.isOver
                if isTaken { state.requests.append(Request(job: job, answer: continuation)) }
            }
            if !isTaken { continuation.resume(throwing: Self.over) }
        }
    }

    private static var over: StreamError {
        StreamError(.operatorFailed, "the topology has ended, so no checkpoint can be taken")
    }

    /// Changes the state, and wakes who waits for that.
    private func change(_ body: (inout State) -> Void) {
        let waiter = state.withLock { state in
            body(&state)
            let waiter = state.waiter
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Waits until `take` gives something.
    private func wait<Result: Sendable>(
        _ take: @Sendable (inout State) -> Result?
    ) async throws -> Result {
        while true {
            try Task.checkCancellation()
            if let result = state.withLock({ take(&$0) }) { return result }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    // Something may have changed since it was looked at.
                    let changed = state.withLock { state in
                        if Task.isCancelled || take(&state) != nil { return true }
                        state.waiter = continuation
                        return false
                    }
                    if changed { continuation.resume() }
                }
            } onCancel: {
                change { _ in }
            }
        }
    }

    // MARK: - The loop

    /// Takes checkpoints until the workers have ended or the stream is stopped.
    func run(_ inboxes: RunInboxes) async throws {
        defer { end() }
        let thread = usesThread ? WorkerThreads(count: 1) : nil
        while true {
            let request = try await nextRequest()
            do {
                let manifest = try await take(request.job, inboxes, writingOn: thread)
                request.answer?.resume(returning: manifest)
            } catch let failure as ToleratedFailure {
                request.answer?.resume(throwing: failure.error)
                if request.job.endsTheRun { throw failure.error }
            } catch {
                request.answer?.resume(throwing: error)
                throw error
            }
            if request.job.endsTheRun { return }
        }
    }

    private func nextRequest() async throws -> Request {
        let count = workerCount
        let _: Bool = try await wait { state in
            state.isDue || !state.requests.isEmpty || state.ended.count == count ? true : nil
        }
        return state.withLock { state in
            if state.ended.count == count { return Request(job: .final, answer: nil) }
            if !state.requests.isEmpty { return state.requests.removeFirst() }
            state.isDue = false
            return Request(job: .checkpoint, answer: nil)
        }
    }

    private func end() {
        let requests = state.withLock { state in
            state.isOver = true
            let requests = state.requests
            state.requests = []
            return requests
        }
        for request in requests { request.answer?.resume(throwing: Self.over) }
    }

    private func take(
        _ job: Job, _ inboxes: RunInboxes, writingOn thread: WorkerThreads?
    ) async throws -> CheckpointManifest? {
        let id = files.nextID()
        let barrier = Barrier(id: id, isLast: job.isLast, isMark: job.isMark)
        let start = ContinuousClock.now
        state.withLock { $0.reports = [:] }
        for inbox in inboxes.sources { _ = inbox.post { $0.requestedBarrier = barrier } }
        let reports = try await gather(job, barrier, inboxes)
        // What has been written is to be given back then.
        state.withLock { $0.reports = [:] }
        if barrier.isMark { return nil }
        var times = CheckpointTimes()
        times.alignment = ContinuousClock.now - start
        times.pause = reports.map(\.pause).max() ?? .zero
        let states = reports.flatMap(\.states)
        var storage: (any CheckpointStorage)?
        switch job {
        case .savepoint(let other): storage = other
        case .stop(let other): storage = other
        case .checkpoint, .final, .mark: break
        }
        if PlantedBug.current == .commitBeforeManifest {
            publish(id, inboxes)
            for _ in 0..<50 { await Task.yield() }
        }
        let manifest = try await withTaskExecutorPreference(thread) { [storage, times] in
            try files.write(states, id: id, savepoint: storage, times: times)
        }
        // A savepoint that others may begin from publishes nothing; the next checkpoint does.
        if case .savepoint = job { return manifest }
        publish(id, inboxes)
        return manifest
    }

    /// Tells the workers that a checkpoint is complete.
    private func publish(_ id: UInt64, _ inboxes: RunInboxes) {
        for inbox in inboxes.all { _ = inbox.post { $0.checkpoints?.completed.append(id) } }
    }

    /// The reports of all workers; a barrier that takes too long overtakes what it waits for.
    private func gather(
        _ job: Job, _ barrier: Barrier, _ inboxes: RunInboxes
    ) async throws -> [WorkerReport] {
        guard case .checkpoint = job, let patience = checkpoints.unalignedAfter else {
            return try await gather()
        }
        let timeSource = files.timeSource
        return try await withThrowingTaskGroup(of: [WorkerReport]?.self) { group in
            group.addTask { try await self.gather() }
            group.addTask {
                // Again and again: a sender may begin to wait for room just when it is looked for.
                while true {
                    do {
                        try await timeSource.sleep(for: max(patience, .microseconds(100)))
                    } catch { return nil }
                    for inbox in inboxes.all {
                        _ = inbox.post { $0.checkpoints?.overtaking = barrier }
                        inbox.wakeSenders()
                    }
                }
            }
            defer { group.cancelAll() }
            while let reports = try await group.next() { if let reports { return reports } }
            throw CancellationError()
        }
    }

    /// The reports of all workers, in their order; of those that have ended, the last state.
    private func gather() async throws -> [WorkerReport] {
        let count = workerCount
        return try await wait { state in
            let all = (0..<count).compactMap { state.reports[$0] ?? state.ended[$0] }
            return all.count == count ? all : nil
        }
    }
}

/// The inboxes of a run's workers.
struct RunInboxes: Sendable {
    let sources: [Inbox]
    let all: [Inbox]
}
