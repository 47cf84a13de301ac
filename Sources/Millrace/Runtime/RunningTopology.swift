/// A topology while it runs: its metrics and its state, read between two batches of each worker. Reading
/// never stops the stream.
public final class RunningTopology: Sendable {
    /// A worker as it is seen from outside.
    struct Link: Sendable {
        let stage: PhysicalPlan.Stage
        let index: Int
        let inbox: Inbox
        let gauge: WorkerGauge
    }

    let links: [Link]
    let graph: LogicalGraph
    let plan: PhysicalPlan
    let coordinator: CheckpointCoordinator?
    let timeSource: TimeSource
    /// When the topology began, by its clock.
    let began: Timestamp

    init(
        graph: LogicalGraph, plan: PhysicalPlan, inboxes: [[Inbox]],
        coordinator: CheckpointCoordinator?, timeSource: TimeSource
    ) {
        self.graph = graph
        self.plan = plan
        self.coordinator = coordinator
        self.timeSource = timeSource
        began = timeSource.now()
        links = plan.stages.flatMap { stage in
            inboxes[stage.id].enumerated().map { index, inbox in
                Link(stage: stage, index: index, inbox: inbox, gauge: WorkerGauge())
            }
        }
    }

    /// The inboxes of all workers.
    var inboxes: [Inbox] { links.map(\.inbox) }

    /// Whether every worker has ended.
    var hasEnded: Bool { links.allSatisfy(\.gauge.hasEnded) }

    /// Notes that a worker begins: from now on it shows how it gets on.
    func hasBegun(_ worker: Worker) {
        if let link = links.first(where: { $0.inbox === worker.inbox }) {
            worker.gauge = link.gauge
        }
    }

    /// Notes that a worker has ended, and answers what was asked of it last.
    func hasEnded(_ worker: Worker) {
        worker.gauge.end(worker.snapshot())
        for request in worker.inbox.closeRequests() { request(worker) }
    }

    /// The state of a keyed operator as it is now: of `process`, the state of each key; of `aggregate`, the
    /// result of each key; of a windowed `aggregate`, the results so far of each key's windows that have not
    /// fired for the last time, as an array of ``Windowed``.
    ///
    /// - Returns: A consistent snapshot per partition; partitions that have ended hold nothing.
    /// - Throws: ``StreamError`` with code `incompatibleState` if no operator of that name has readable state
    ///   of these types.
    /// - Complexity: Some microseconds of each worker's time, whatever the number of keys.
    public func state<Key: StreamKey, Value: Sendable>(
        _ name: String, key: Key.Type, value: Value.Type
    ) async throws -> StateSnapshot<Key, Value> {
        try StateSnapshot(
            readableStates: await askAll(holding: name) { $0.readableStates(of: name) }, of: name,
            in: graph)
    }

    /// Asks the workers of one operator, all at once: each answers when it has handled its batch.
    private func askAll(
        holding name: String, _ question: @escaping @Sendable (Worker) -> [any Sendable]
    ) async -> [any Sendable] {
        guard let node = graph.nodes.first(where: { $0.name == name }),
            let stage = plan.stageOf[node.id]
        else { return [] }
        return await withTaskGroup(of: (Int, [any Sendable]).self) { group in
            for link in links where link.stage.id == stage {
                group.addTask { (link.index, await self.ask(link.inbox, question) ?? []) }
            }
            var answers: [Int: [any Sendable]] = [:]
            for await (index, answer) in group { answers[index] = answer }
            return answers.sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }

    /// Lets a worker answer between two batches; `nil` if it has ended.
    private func ask<Answer: Sendable>(
        _ inbox: Inbox, _ question: @escaping @Sendable (Worker) -> Answer
    ) async -> Answer? {
        await withCheckedContinuation { continuation in
            let isOpen = inbox.post { worker in continuation.resume(returning: question(worker)) }
            if !isOpen { continuation.resume(returning: nil) }
        }
    }
}
