internal import Synchronization

/// A log that the instances of a sink write to: opened by the first, closed when the last has gone.
@usableFromInline
final class SharedEventLog: Sendable {
    private struct State: Sendable {
        weak var open: EventLog?
        /// Keeps a log that somebody else has opened.
        var kept: EventLog?
    }

    let path: String
    private let partitions: Int
    private let options: EventLogOptions
    private let state: Mutex<State>

    @usableFromInline
    init(path: String, partitions: Int, options: EventLogOptions) {
        precondition(partitions > 0, "an event log has at least one partition")
        self.path = path
        self.partitions = partitions
        self.options = options
        state = Mutex(State())
    }

    @usableFromInline
    init(_ log: EventLog) {
        path = log.path
        partitions = log.partitionCount
        options = log.options
        state = Mutex(State(kept: log))
    }

    /// The log, open for writing.
    func open(_ files: any FileSystem) throws -> EventLog {
        try state.withLock { state in
            if let log = state.kept ?? state.open { return log }
            let log = try EventLog(at: path, partitions: partitions, options: options, files: files)
            state.open = log
            return log
        }
    }
}
