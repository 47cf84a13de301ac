import Millrace

/// A checkpoint as `list` shows it.
struct CheckpointSummary: JSONEncodableRecord {
    let id: UInt64
    let takenAt: Timestamp
    let topology: String
    let bytes: Int64
    let writtenBytes: Int64
    let operators: Int
    let isSavepoint: Bool

    init(_ manifest: CheckpointManifest) {
        id = manifest.id
        takenAt = manifest.takenAt
        topology = manifest.topology
        bytes = manifest.byteCount
        writtenBytes = manifest.writtenBytes
        operators = manifest.operators.count { !$0.isStateless }
        isSavepoint = manifest.isSavepoint
    }

    var time: String { timeText(takenAt) }

    func encode(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("takenAt", takenAt)
        json.field("time", time)
        json.field("topology", topology)
        json.field("bytes", bytes)
        json.field("writtenBytes", writtenBytes)
        json.field("operators", operators)
        json.field("isSavepoint", isSavepoint)
    }
}

/// What `list` writes as JSON.
struct CheckpointList: JSONEncodableRecord {
    let checkpoints: [CheckpointSummary]

    func encode(to json: inout JSONWriter) {
        json.field("checkpoints", checkpoints) { $0.object($1) }
    }
}

/// What `verify` found out about a checkpoint.
struct Verification: JSONEncodableRecord {
    let id: UInt64
    let bytes: Int64
    let damages: [String]

    func encode(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("bytes", bytes)
        json.field("isWhole", damages.isEmpty)
        json.field("damages", damages) { $0.value($1) }
    }
}

/// What `verify` writes as JSON.
struct VerificationList: JSONEncodableRecord {
    let checkpoints: [Verification]
    /// Every damage, those of manifests included.
    let all: [String]

    func encode(to json: inout JSONWriter) {
        json.field("isWhole", all.isEmpty)
        json.field("checkpoints", checkpoints) { $0.object($1) }
        json.field("damages", all) { $0.value($1) }
    }
}

/// A time for people.
func timeText(_ time: Timestamp) -> String {
    switch time {
    case .none: "none"
    case .max: "end"
    default: time.iso8601
    }
}
