import Millrace

extension CheckpointDescription {
    /// The description for people: a line about the checkpoint, and a table for each kind of thing.
    var text: String {
        var parts = [
            """
            \(summary.isSavepoint ? "savepoint" : "checkpoint") \(summary.id) of \
            '\(summary.topology)', taken at \(summary.time)
            \(summary.bytes) bytes, \(summary.writtenBytes) of them written by it; \
            \(keyGroups) key groups

            """
        ]
        parts += [operatorTable, splitTable, sinkTable, schemaTable].map(\.text)
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var operatorTable: TextTable {
        TextTable(
            header: ["name", "kind", "parallelism", "keys", "bytes", "watermark"],
            rows: operators.map { entry in
                [
                    entry.name, entry.kind, "\(entry.parallelism)",
                    entry.kind == "operator" ? "\(entry.keys)" : "", "\(entry.bytes)",
                    timeText(entry.watermark),
                ]
            }, numbers: [2, 3, 4])
    }

    private var splitTable: TextTable {
        let rows = operators.flatMap { entry in
            entry.splits.map { stored in
                [
                    entry.name, stored.split.id, "\(stored.position.offset)",
                    stored.split.size.map { "\($0)" } ?? "",
                    timeText(stored.watermark), stored.position.detail,
                ]
            }
        }
        return TextTable(
            header: ["source", "split", "position", "size", "watermark", "detail"], rows: rows,
            numbers: [2, 3])
    }

    private var sinkTable: TextTable {
        TextTable(
            header: ["sink", "pending transactions"],
            rows: operators.filter { $0.kind == "sink" }.map { [$0.name, "\($0.keys)"] },
            numbers: [1])
    }

    private var schemaTable: TextTable {
        TextTable(
            header: ["state of", "stored type"],
            rows: operators.flatMap { entry in entry.schemas.map { [entry.name, $0] } })
    }
}
