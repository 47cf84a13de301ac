@testable import Millrace

/// Lanes into the inboxes of some partitions, and what comes out there.
struct LaneFixture {
    let inboxes: [Inbox]
    let lanes: [Lane]
    let context: OperatorContext
    let worker = WorkerContext(timeSource: .system, yieldsOften: false)
    let groups = KeyGroups()

    /// - Parameter capacity: How many messages of the usual size a lane takes before it is full.
    init(partitions: Int, capacity: Int = 1 << 20) {
        let worker = worker
        inboxes = (0..<partitions).map { _ in Inbox(inputs: 1, capacity: capacity) }
        lanes = inboxes.map { Lane(to: $0, input: 0, of: worker) }
        context = OperatorContext(
            name: "exchange", index: 0, parallelism: 1,
            ownership: GroupOwnership(groups: groups, range: 0..<groups.count), isKeyed: false,
            errorPolicy: .fail, worker: worker)
    }

    /// The partition that a key belongs to.
    func partition(of key: some StreamKey) -> Int {
        groups.partition(ofGroup: groups.group(of: key.stableHash), of: lanes.count)
    }

    /// What has come to a partition since the last call.
    func arrived(at partition: Int) -> [Message.Payload] {
        lanes[partition].flushWithoutWaiting()
        var messages: [Message] = []
        _ = inboxes[partition].poll(into: &messages)
        return messages.map(\.payload)
    }
}

extension Message.Payload {
    /// The batch, if it is one of such elements.
    func batch<Element>(of type: Element.Type) -> Batch<Element>? {
        if case .batch(let batch) = self { batch as? Batch<Element> } else { nil }
    }
}
