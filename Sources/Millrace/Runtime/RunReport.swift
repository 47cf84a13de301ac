/// What a run's operators have counted.
public struct RunReport: Sendable {
    /// One entry per operator, in the order of the topology, summed over parallel instances.
    public let operators: [OperatorReport]

    init(merging reports: [OperatorReport], order: [String]) {
        var merged: [String: OperatorCounters] = [:]
        for report in reports {
            merged[report.name, default: OperatorCounters()] += report.counters
        }
        let position = Dictionary(
            order.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: min)
        operators =
            merged.map { OperatorReport(name: $0.key, counters: $0.value) }
            .sorted {
                (position[$0.name] ?? .max, $0.name) < (position[$1.name] ?? .max, $1.name)
            }
    }

    /// The counters of the operator called `name`.
    public subscript(name: String) -> OperatorCounters? {
        operators.first { $0.name == name }?.counters
    }
}

/// What one operator has counted.
public struct OperatorReport: Sendable, Equatable {
    /// The operator's name.
    public let name: String
    /// Its counters, summed over parallel instances.
    public let counters: OperatorCounters
}
