/// Looks into the workers of a run between two steps of a simulation, when none of them is at work.
///
/// Safety: `@unchecked Sendable` because of the workers and what is noted of them: a simulation runs all its
/// jobs on one thread, which also looks into the workers between two of them.
package final class RunProbe: @unchecked Sendable {
    private var workers: [Worker] = []
    private var watermarks: [ObjectIdentifier: Timestamp] = [:]
    private var tables: [KeyedInstance] = []
    /// The workers of runs that have ended.
    private var former: [FormerWorker] = []

    package init() {}

    func add(_ worker: Worker) {
        workers.append(worker)
        for handle in worker.context.handles {
            guard let context = worker.operators.first(where: { $0.name == handle.name }) else {
                continue
            }
            tables.append(KeyedInstance(worker: worker, handle: handle, context: context))
        }
    }

    /// Forgets the workers of a run that has ended.
    package func clear() {
        former = former.filter { $0.worker != nil } + workers.map(FormerWorker.init)
        (workers, watermarks, tables) = ([], [:], [])
    }

    /// A worker of a run that has ended, which a task that is left over still holds; `nil` if there is none.
    package var survivor: String? { former.lazy.compactMap { $0.worker?.name }.first }

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

    /// What must never be so: a watermark that went back, a channel that outgrew its bound, state of a key in
    /// an instance that does not own it.
    ///
    /// The keys of an instance are looked through after each step that may have changed them, and those of all
    /// instances every 64 steps.
    package func violation(at step: Int) -> String? {
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
        for index in tables.indices where tables[index].mayHaveChanged() || step % 64 == 0 {
            if let group = tables[index].foreignGroup { return misplaced(group, tables[index]) }
        }
        return nil
    }

    private func misplaced(_ group: Int, _ table: KeyedInstance) -> String {
        let context = table.context
        let owner = context.ownership.groups.partition(ofGroup: group, of: context.parallelism)
        let isDouble = tables.contains {
            $0.context.name == context.name && $0.context.index == owner && $0.holds(group)
        }
        return "state of '\(context.name)' for key group \(group) is on worker "
            + "'\(table.worker.name)', instance \(context.index) of \(context.parallelism), although "
            + "instance \(owner) owns it" + (isDouble ? " and has state for it as well" : "")
    }
}

/// One instance of an operator that may have state by key.
private struct KeyedInstance {
    let worker: Worker
    let handle: OperatorHandle
    let context: OperatorContext
    private var received = -1
    private var keyCount = -1
    private var watermark = Timestamp.none

    init(worker: Worker, handle: OperatorHandle, context: OperatorContext) {
        self.worker = worker
        self.handle = handle
        self.context = context
    }

    /// Whether keys may have been added since the last call: elements have come, time has passed, or there are
    /// more or fewer keys.
    mutating func mayHaveChanged() -> Bool {
        let now = (context.counters.received, handle.stateCount(), context.lastWatermark)
        defer { (received, keyCount, watermark) = now }
        return now != (received, keyCount, watermark)
    }

    /// A key group for which state is held here, and which another instance owns; `nil` if there is none.
    /// What the instance owns is worked out from its place, not taken from what it was told.
    var foreignGroup: Int? {
        let groups = context.ownership.groups
        let owned = groups.range(ofPartition: context.index, of: context.parallelism)
        var foreign: Int?
        handle.visitKeyHashes { hash in
            let group = groups.group(of: hash)
            if !owned.contains(group) { foreign = min(foreign ?? group, group) }
        }
        return foreign
    }

    func holds(_ group: Int) -> Bool {
        var isHeld = false
        handle.visitKeyHashes { hash in
            isHeld = isHeld || context.ownership.groups.group(of: hash) == group
        }
        return isHeld
    }
}

private struct FormerWorker {
    weak var worker: Worker?
}
