/// The figures of a run, with rates since an earlier report.
public struct RunMetrics: Sendable {
    /// The counters, watermarks and queues at this moment.
    public let report: RunReport
    /// The time since the earlier report, or since the topology began; by the topology's clock.
    public let interval: Duration
    /// One entry per operator, in the order of the topology.
    public let operators: [OperatorMetrics]

    /// The figures of `report`, and the rates since `earlier`; without it, since the topology began.
    public init(_ report: RunReport, since earlier: RunReport? = nil) {
        self.report = report
        interval = report.time - (earlier?.time ?? report.began)
        let seconds = interval / .seconds(1)
        let earlierTimes = Dictionary(
            earlier?.workers.map { ($0.name, $0.times) } ?? [], uniquingKeysWith: +)
        operators = report.operators.map { now in
            let before = earlier?[now.name] ?? OperatorCounters()
            let times = report.workers.filter { $0.operators.contains(now.name) }
                .map { $0.times - (earlierTimes[$0.name] ?? WorkerTimes()) }
                .reduce(WorkerTimes(), +)
            let perSecond = { (count: Int) in seconds > 0 ? Double(count) / seconds : 0 }
            return OperatorMetrics(
                report: now,
                receivedPerSecond: perSecond(now.counters.received - before.received),
                emittedPerSecond: perSecond(now.counters.emitted - before.emitted),
                watermarkLag: report.lag(of: now.watermark), times: times)
        }
    }

    /// The figures of the operator called `name`.
    public subscript(name: String) -> OperatorMetrics? { operators.first { $0.name == name } }
}

/// The figures of one operator, summed over its parallel instances.
public struct OperatorMetrics: Sendable {
    /// Its counters, its state and its watermark.
    public let report: OperatorReport
    /// Elements per second that came in.
    public let receivedPerSecond: Double
    /// Elements per second that went out of the main output.
    public let emittedPerSecond: Double
    /// How far the watermark is behind the clock; `nil` before the first and after the last one. Where the
    /// input is history this is its age.
    public let watermarkLag: Duration?
    /// How the workers that run the operator have spent the interval. Operators that run in one chain share
    /// their workers.
    public let times: WorkerTimes

    /// The operator's name.
    public var name: String { report.name }
    /// The part of the time in which its workers ran their operators, from 0 to 1.
    public var busyShare: Double { times.share(of: .busy) }
    /// The part of the time in which its workers waited for room in a channel, from 0 to 1.
    public var blockedShare: Double { times.share(of: .blocked) }
    /// The part of the time in which its workers waited for input, from 0 to 1.
    public var idleShare: Double { times.share(of: .idle) }
}
