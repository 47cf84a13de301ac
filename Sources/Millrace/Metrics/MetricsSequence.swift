/// The figures of a running topology at regular intervals; see ``RunningTopology/metrics(every:)``.
public struct MetricsSequence: AsyncSequence, Sendable {
    public typealias Element = RunMetrics
    public typealias Failure = Never

    let running: RunningTopology
    let interval: Duration

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(running: running, interval: interval)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        public typealias Failure = Never

        let running: RunningTopology
        let interval: Duration
        private var earlier: RunReport?
        private var isOver = false

        init(running: RunningTopology, interval: Duration) {
            self.running = running
            self.interval = interval
        }

        public mutating func next() async -> RunMetrics? {
            if isOver { return nil }
            // A wait that is cut short is the end: what has been counted until then comes last.
            do { try await running.timeSource.sleep(for: interval) } catch { isOver = true }
            if Task.isCancelled || running.hasEnded { isOver = true }
            let report = await running.metrics()
            defer { earlier = report }
            return RunMetrics(report, since: earlier)
        }
    }
}

extension RunningTopology {
    /// The figures again and again, `interval` apart by the topology's clock, each with the rates since the
    /// one before.
    ///
    /// The sequence ends with the topology, or when its task is cancelled; the figures at that moment are its
    /// last element. One that comes late delays those that follow; none is made up for.
    public func metrics(every interval: Duration) -> MetricsSequence {
        precondition(interval > .zero, "figures need time between them")
        return MetricsSequence(running: self, interval: interval)
    }
}
