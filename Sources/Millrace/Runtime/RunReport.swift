/// What a run's operators have counted, and how its workers, channels and sources get on.
public struct RunReport: Sendable {
    /// When the report was made, by the topology's clock.
    public internal(set) var time = Timestamp.none
    /// When the topology began, by the same clock.
    public internal(set) var began = Timestamp.none
    /// One entry per operator, in the order of the topology, summed over parallel instances.
    public let operators: [OperatorReport]
    /// One entry per worker.
    public internal(set) var workers: [WorkerLoad] = []
    /// One entry per edge between workers and receiving worker.
    public internal(set) var channels: [ChannelReport] = []
    /// One entry per split of each source.
    public internal(set) var splits: [SplitReport] = []

    init(merging reports: [OperatorReport], order: [String]) {
        var merged: [String: OperatorReport] = [:]
        for report in reports {
            merged[report.name] = merged[report.name]?.merging(report) ?? report
        }
        let position = Dictionary(
            order.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: min)
        operators = merged.values.sorted {
            (position[$0.name] ?? .max, $0.name) < (position[$1.name] ?? .max, $1.name)
        }
    }

    /// The counters of the operator called `name`.
    public subscript(name: String) -> OperatorCounters? {
        operators.first { $0.name == name }?.counters
    }

    /// How much of all input has been read, from 0 to 1; `nil` unless the size of every split is known.
    public var progress: Double? {
        let sizes = splits.compactMap(\.size)
        guard sizes.count == splits.count, !sizes.isEmpty else { return nil }
        let size = sizes.reduce(0, +)
        if size == 0 { return 1 }
        return Double(splits.reduce(0) { $0 + min($1.progress, $1.size ?? 0) }) / Double(size)
    }

    /// How far a watermark is behind the clock; `nil` for the first and the last one of all.
    func lag(of watermark: Timestamp) -> Duration? {
        watermark == .none || watermark == .max ? nil : time - watermark
    }
}

/// What one operator has counted, and what it holds.
public struct OperatorReport: Sendable, Equatable {
    /// The operator's name.
    public let name: String
    /// Its counters, summed over parallel instances.
    public internal(set) var counters: OperatorCounters
    /// How many keys or entries of state it holds.
    public internal(set) var stateCount = 0
    /// How many elements it holds that have caused neither output nor state yet.
    public internal(set) var bufferedCount = 0
    /// The smallest watermark of its instances.
    public internal(set) var watermark: Timestamp
    /// The watermark at which it will next fire something, such as the last millisecond of its next window;
    /// `nil` for none, or if that is not known.
    public internal(set) var nextDue: Timestamp?

    init(name: String, counters: OperatorCounters, watermark: Timestamp) {
        self.name = name
        self.counters = counters
        self.watermark = watermark
    }

    func merging(_ other: OperatorReport) -> OperatorReport {
        var merged = self
        merged.counters += other.counters
        merged.stateCount += other.stateCount
        merged.bufferedCount += other.bufferedCount
        merged.watermark = min(watermark, other.watermark)
        merged.nextDue = [nextDue, other.nextDue].compactMap { $0 }.min()
        return merged
    }
}
