import Millrace

/// A checkpoint as `describe` shows it.
struct CheckpointDescription: JSONEncodableRecord {
    let summary: CheckpointSummary
    let keyGroups: Int
    var operators: [OperatorDescription]

    init(_ manifest: CheckpointManifest) {
        summary = CheckpointSummary(manifest)
        keyGroups = manifest.keyGroups
        operators = manifest.operators.filter { !$0.isStateless }.map(OperatorDescription.init)
    }

    func encode(to json: inout JSONWriter) {
        json.field("checkpoint", summary)
        json.field("keyGroups", keyGroups)
        json.field("operators", operators) { $0.object($1) }
    }
}

/// A source, operator or sink with its state.
struct OperatorDescription: JSONEncodableRecord {
    let name: String
    let kind: String
    let parallelism: Int
    /// Keys or entries of operators, splits of sources, transactions of sinks.
    let keys: Int
    let bytes: Int64
    let watermark: Timestamp
    let schemas: [String]
    /// Filled in for sources.
    var splits: [StoredSplit] = []

    init(_ entry: CheckpointManifest.OperatorEntry) {
        name = entry.name
        kind = entry.kind
        parallelism = entry.instances.count
        keys = entry.instances.reduce(0) { $0 + $1.keyCount }
        bytes = entry.instances.reduce(0) { $0 + $1.byteCount }
        watermark = entry.instances.map(\.watermark).min() ?? .none
        var seen: [String] = []
        for schema in entry.instances.flatMap(\.schemas).map(\.description)
        where !seen.contains(schema) { seen.append(schema) }
        schemas = seen
    }

    func encode(to json: inout JSONWriter) {
        json.field("name", name)
        json.field("kind", kind)
        json.field("parallelism", parallelism)
        json.field("bytes", bytes)
        json.field("watermark", timeText(watermark))
        switch kind {
        case "source": json.field("splits", splits) { $0.object(SplitRecord(stored: $1)) }
        case "sink": json.field("pendingTransactions", keys)
        default: json.field("keys", keys)
        }
        json.field("schemas", schemas) { $0.value($1) }
    }
}

/// How far a split had been read, as JSON.
private struct SplitRecord: JSONEncodableRecord {
    let stored: StoredSplit

    func encode(to json: inout JSONWriter) {
        json.field("id", stored.split.id)
        json.field("offset", stored.position.offset)
        if !stored.position.detail.isEmpty { json.field("detail", stored.position.detail) }
        if let size = stored.split.size { json.field("size", size) }
        json.field("watermark", timeText(stored.watermark))
    }
}
