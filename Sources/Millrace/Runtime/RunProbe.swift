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
