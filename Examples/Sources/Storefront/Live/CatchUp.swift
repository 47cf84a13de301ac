import Millrace

/// How far a start has to read until the shop has caught up.
struct CatchUp {
    /// By partition, where the log ended when the shop started.
    let ends: [String: Int64]
    /// By partition, where reading began.
    private var begins: [String: Int64]?

    init(ends: [String: Int64]) { self.ends = ends }

    /// Where the partitions of a log end now.
    /// - Throws: ``StreamError`` with code `inputOutput` if the log cannot be read.
    init(logAt path: String, partitions: Int) throws {
        var ends: [String: Int64] = [:]
        for partition in 0..<partitions {
            ends["\(partition)"] = try EventLogReader(
                at: path, partition: partition, from: .latest
            ).offset
        }
        self.init(ends: ends)
    }

    /// What is known once the source has reported where its splits are.
    ///
    /// Records that retention has removed count as read.
    mutating func readiness(_ positions: [String: Int64]) -> Readiness {
        let begins = begins ?? positions
        self.begins = begins
        var behind: Int64 = 0
        var total: Int64 = 0
        for (partition, end) in ends {
            total += max(0, end - begins[partition, default: 0])
            behind += max(0, end - positions[partition, default: 0])
        }
        if behind == 0 { return .ready }
        return .recovering(
            progress: 1 - Double(behind) / Double(max(total, behind)), behind: behind)
    }
}
