/// Looks into the workers of a run between two steps of a simulation, when none of them is at work.
///
/// Safety: `@unchecked Sendable` because of the workers and what is noted of them: a simulation runs all its
/// jobs on one thread, which also looks into the workers between two of them.
package final class RunProbe: @unchecked Sendable {
    private var workers: [Worker] = []
    private var watermarks: [ObjectIdentifier: Timestamp] = [:]

    package init() {}

    func add(_ worker: Worker) { workers.append(worker) }

    /// Forgets the workers of a run that has ended.
    package func clear() { (workers, watermarks) = ([], [:]) }

    /// What each worker is about, for messages.
    package var description: String {
        workers.map { worker in
            let buffered = worker.context.handles.reduce(0) { $0 + $1.bufferedCount() }
            return
                "\(worker.name): \(worker.activity), \(worker.alignment.openInputs) open inputs, "
                + "\(worker.inbox.count) messages, \(worker.alignment.held.count) held, "
                + "\(worker.context.suspended.count) suspended, \(buffered) buffered, "
                + "\(worker.context.calls.count) calls, last checkpoint "
                + "\(worker.checkpoints?.lastReported ?? 0), committed "
                + "\(worker.checkpoints?.lastCommitted ?? 0)"
        }.joined(separator: "\n")
    }

    /// What must never be so: a watermark that went back, a channel that outgrew its bound.
    package func violation() -> String? {
        for worker in workers {
            for context in worker.operators {
                let id = ObjectIdentifier(context)
                let last = watermarks[id] ?? .none
                if context.lastWatermark < last {
                    return "the watermark of '\(context.name)' went back from \(last) to "
                        + "\(context.lastWatermark)"
                }
                watermarks[id] = context.lastWatermark
            }
            // One message may make several; what it makes is sent before the sender waits.
            let bound = worker.inputs.count * (worker.inbox.capacity + 64)
            if worker.inbox.count > bound {
                return "\(worker.inbox.count) messages wait for '\(worker.name)'"
            }
        }
        return nil
    }
}
