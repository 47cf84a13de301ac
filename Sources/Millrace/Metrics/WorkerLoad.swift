/// How a worker, which runs one instance of a chain of operators, has spent its time.
public struct WorkerLoad: Sendable, Hashable {
    /// The chain's first operator and the instance, such as `counts[1]`.
    public let name: String
    /// The operators that it runs, in the order of the topology.
    public let operators: [String]
    /// What it does now. A worker that has ended is idle.
    public let activity: WorkerActivity
    /// How it has spent its time since the topology began.
    public let times: WorkerTimes
}

/// The channels that lead from the workers of one operator to one worker of another.
public struct ChannelReport: Sendable, Hashable {
    /// The operator that sends.
    public let sender: String
    /// The operator that receives.
    public let receiver: String
    /// Which of the receiver's instances it is, from 0.
    public let instance: Int
    /// How many messages (batches of up to 512 elements, and signals) wait in each channel: one per sending worker.
    public let queued: [Int]
    /// How many messages of a channel may wait before its sender does. A single hand-over may exceed it.
    public let capacity: Int

    /// How full the fullest of the channels is: 0 if empty, 1 and more if its sender must wait.
    public var fill: Double { Double(queued.max() ?? 0) / Double(capacity) }
}
