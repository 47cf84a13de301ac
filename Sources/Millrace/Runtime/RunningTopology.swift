import Synchronization

/// A topology while it runs: its metrics and its state, read between two batches of each worker. Reading
/// never stops the stream.
public final class RunningTopology: Sendable {
    private struct Link: Sendable {
        var inbox: Inbox
        /// What the worker has counted in all, once it has ended.
        var final: [OperatorReport]?
    }

    private let links: Mutex<[Link]>
    private let graph: LogicalGraph
    let coordinator: CheckpointCoordinator?

    init(graph: LogicalGraph, inboxes: [[Inbox]], coordinator: CheckpointCoordinator?) {
        self.graph = graph
        self.coordinator = coordinator
        links = Mutex(inboxes.joined().map { Link(inbox: $0, final: nil) })
    }

    /// The inboxes of all workers.
    var inboxes: [Inbox] { links.withLock { $0.map(\.inbox) } }

    /// Notes that a worker has ended, and answers what was asked of it last.
    func hasEnded(_ worker: Worker) {
        links.withLock { links in
            for index in links.indices where links[index].inbox === worker.inbox {
                links[index].final = worker.reports
            }
        }
        for request in worker.inbox.closeRequests() { request(worker) }
    }

    /// What the operators have counted so far, and how much state they hold.
    ///
    /// Workers answer one after the other, so the figures are not of one instant.
    public func metrics() async -> RunReport {
        var reports: [OperatorReport] = []
        for link in links.withLock({ $0 }) {
            if let final = link.final {
                reports += final
            } else if let answer = await ask(link.inbox, { $0.reports }) {
                reports += answer
            } else {
                reports += links.withLock { $0.first { $0.inbox === link.inbox }?.final } ?? []
            }
        }
        return RunReport(merging: reports, order: graph.nodes.map(\.name))
    }

    /// The state of a keyed operator as it is now: of `aggregate`, the result of each key; of `process`, the
    /// state of each key.
    ///
    /// - Returns: A consistent snapshot per partition; partitions that have ended hold nothing.
    /// - Throws: ``StreamError`` with code `incompatibleState` if no operator of that name has readable state
    ///   of these types.
    /// - Complexity: Some microseconds of each worker's time, whatever the number of keys.
    public func state<Key: StreamKey, Value: Sendable>(
        _ name: String, key: Key.Type, value: Value.Type
    ) async throws -> StateSnapshot<Key, Value> {
        guard graph.nodes.contains(where: { $0.name == name && $0.isStateful }) else {
            let names = graph.nodes.filter(\.isStateful).map(\.name).joined(separator: ", ")
            throw StreamError(
                .incompatibleState, "no operator of this name has state; those that have: \(names)",
                operatorName: name)
        }
        var parts: [StateSnapshot<Key, Value>] = []
        for link in links.withLock({ $0 }) {
            let states = await ask(link.inbox) { worker in worker.readableStates(of: name) } ?? []
            for state in states {
                guard let state = state as? StateSnapshot<Key, Value> else {
                    throw StreamError(
                        .incompatibleState,
                        "the state is not one of \(Key.self) to \(Value.self)", operatorName: name)
                }
                parts.append(state)
            }
        }
        return StateSnapshot(parts)
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
