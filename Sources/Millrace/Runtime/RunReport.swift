/// What a run's operators have counted.
public struct RunReport: Sendable {
    /// One entry per operator, in the order of the topology, summed over parallel instances.
    public let operators: [OperatorReport]

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
}

/// What one operator has counted, and what it holds.
public struct OperatorReport: Sendable, Equatable {
    /// The operator's name.
    public let name: String
    /// Its counters, summed over parallel instances.
    public internal(set) var counters: OperatorCounters
    /// How many keys or entries of state it holds.
    public internal(set) var stateCount: Int
    /// How many elements it holds that have caused neither output nor state yet.
    public internal(set) var bufferedCount: Int
    /// The smallest watermark of its instances.
    public internal(set) var watermark: Timestamp

    func merging(_ other: OperatorReport) -> OperatorReport {
        var merged = self
        merged.counters += other.counters
        merged.stateCount += other.stateCount
        merged.bufferedCount += other.bufferedCount
        merged.watermark = min(watermark, other.watermark)
        return merged
    }
}
