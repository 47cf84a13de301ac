/// How a topology is run.
public struct RunOptions: Sendable {
    /// How many parallel instances keyed operators have by default.
    public var parallelism: Int
    /// The fixed number of key groups; an upper bound of the parallelism.
    public var keyGroups: KeyGroups
    /// How many messages (batches of up to 512 elements, and signals) a sender may be ahead of its receiver.
    public var channelCapacity: Int
    /// How many elements a source reads at once.
    public var batchSize: Int
    /// How long a busy worker may hold back a batch that is not full, or a watermark, on its way to other
    /// workers: in whole milliseconds, and for 64 batches of input at most. A worker that waits for input
    /// holds nothing back; one that waits for room, a sink or a call holds back until that is over. 0 sends
    /// everything at once: the shortest latency, and more work per element.
    public var linger: Duration
    /// Where processing time comes from.
    public var timeSource: TimeSource
    /// Where state is made safe; `nil` to run without checkpoints.
    public var checkpoints: Checkpoints?
    /// The files that sinks write to.
    public var files: any FileSystem

    /// Whether and how often a run that fails begins again from its last checkpoint; `nil` to fail at once.
    public var restart: RestartPolicy?
    /// Whether workers let others go first after every message, and nothing has a thread of its own: for
    /// simulations.
    package var isSimulated = false
    /// Sees the workers of the run: for simulations.
    package var probe: RunProbe?
    /// Comes between the workers and their sinks and sources: for simulations.
    package var interceptor: CallInterceptor?

    public init(
        parallelism: Int = 1, keyGroups: KeyGroups = KeyGroups(), channelCapacity: Int = 16,
        batchSize: Int = 512, linger: Duration = .milliseconds(1), timeSource: TimeSource = .system,
        checkpoints: Checkpoints? = nil, files: any FileSystem = SystemFileSystem()
    ) {
        self.parallelism = parallelism
        self.keyGroups = keyGroups
        self.channelCapacity = channelCapacity
        self.batchSize = batchSize
        self.linger = linger
        self.timeSource = timeSource
        self.checkpoints = checkpoints
        self.files = files
    }
}
