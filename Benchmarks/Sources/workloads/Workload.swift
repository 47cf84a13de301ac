import Millrace

/// The synthetic workloads of the hot aggregation path.
enum Workload: String, CaseIterable {
    case w1, w1z, w2, w3, w4, w5, w5iso

    var readsFile: Bool { self == .w5 || self == .w5iso }

    /// What the workload is, for the table.
    var summary: String {
        switch self {
        case .w1: "tumbling count, sum, max; 100,000 keys"
        case .w1z: "the same, hot keys"
        case .w2: "sliding 60 s by 5 s; 10,000 keys"
        case .w3: "sessions; 200,000 keys"
        case .w4: "sum per key; 5,000,000 keys"
        case .w5: "JSON Lines, then w1"
        case .w5iso: "the same, ISO 8601 times"
        }
    }

    /// - Parameter parts: In how many parts the input is read.
    func topology(
        _ events: Int, input: String, parts: Int = 1, into result: Checksum
    ) throws -> Topology {
        switch self {
        case .w1: try Topologies.w1(events, into: result)
        case .w1z: try Topologies.w1z(events, into: result)
        case .w2: try Topologies.w2(events, into: result)
        case .w3: try Topologies.w3(events, into: result)
        case .w4: try Topologies.w4(events, into: result)
        case .w5, .w5iso: try Topologies.w5(input, parts: parts, into: result)
        }
    }
}
