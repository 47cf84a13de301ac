import Millrace
import Storefront

/// The running topology as a graph with its figures.
struct TopologyRecord: JSONEncodableRecord {
    var snapshot: ShopFigures.Snapshot
    var checkpoint: ShopFigures.Checkpoint?
    var failures: Int
    var now: Timestamp

    func encode(to json: inout JSONWriter) {
        let explanation = snapshot.explanation
        json.field("name", "storefront")
        json.field("as_of", snapshot.metrics.report.time)
        json.field("operators", explanation.operators) { json, each in
            json.object(OperatorRecord(explanation: each, metrics: snapshot.metrics[each.name]))
        }
        let channels = Dictionary(
            grouping: snapshot.metrics.report.channels, by: { Ends($0.sender, $0.receiver) })
        json.field("edges", snapshot.edges) { json, edge in
            json.object(
                EdgeRecord(
                    edge: edge, channels: channels[Ends(edge.sender, edge.receiver)] ?? []))
        }
        if let checkpoint {
            json.field(
                "checkpoint",
                CheckpointRecord(checkpoint: checkpoint, failures: failures, now: now))
        } else {
            json.null("checkpoint")
        }
        json.field("explanation", explanation.description)
    }
}

/// What an edge connects.
private struct Ends: Hashable {
    var sender: String
    var receiver: String

    init(_ sender: String, _ receiver: String) {
        self.sender = sender
        self.receiver = receiver
    }
}

/// An operator and how it gets on.
private struct OperatorRecord: JSONEncodableRecord {
    var explanation: OperatorExplanation
    var metrics: OperatorMetrics?

    func encode(to json: inout JSONWriter) {
        let counters = metrics?.report.counters ?? OperatorCounters()
        json.field("name", explanation.name)
        json.field("label", explanation.label)
        json.field("received", counters.received)
        json.field("emitted", counters.emitted)
        json.field("filtered", counters.filtered)
        json.field("late", counters.late)
        json.field("failed", counters.failed)
        json.field("received_per_second", metrics?.receivedPerSecond ?? 0)
        json.field("emitted_per_second", metrics?.emittedPerSecond ?? 0)
        // The first and the last watermark of all are no times.
        let watermark = explanation.watermark
        if watermark == .none || watermark == .max {
            json.null("watermark")
        } else {
            json.field("watermark", watermark)
        }
        if let lag = explanation.lag {
            json.field("watermark_lag_ms", lag.wholeMillis)
        } else {
            json.null("watermark_lag_ms")
        }
        json.field("busy", metrics?.busyShare ?? 0)
        json.field("blocked", metrics?.blockedShare ?? 0)
        json.field("idle", metrics?.idleShare ?? 0)
        json.field("state", explanation.stateCount)
    }
}

/// A stream between operators; where they run in the same worker nothing is queued.
private struct EdgeRecord: JSONEncodableRecord {
    var edge: TopologyEdge
    var channels: [ChannelReport]

    func encode(to json: inout JSONWriter) {
        json.field("from", edge.sender)
        json.field("to", edge.receiver)
        json.field("output", edge.output)
        json.field("keyed", edge.isKeyed)
        json.field("queued", channels.flatMap(\.queued).reduce(0, +))
        json.field("capacity", channels.reduce(0) { $0 + $1.capacity * $1.queued.count })
        if let fill = channels.map(\.fill).max() {
            json.field("fill", min(1, fill))
        } else {
            json.null("fill")
        }
    }
}

/// The last checkpoint.
private struct CheckpointRecord: JSONEncodableRecord {
    var checkpoint: ShopFigures.Checkpoint
    var failures: Int
    var now: Timestamp

    func encode(to json: inout JSONWriter) {
        json.field("id", checkpoint.id)
        json.field("age_ms", max(0, (now - checkpoint.time).wholeMillis))
        json.field("pause_ms", checkpoint.pause / .milliseconds(1))
        json.field("duration_ms", checkpoint.duration / .milliseconds(1))
        json.field("bytes", checkpoint.bytes)
        json.field("failures", failures)
    }
}

extension Duration {
    fileprivate var wholeMillis: Int64 { Int64(self / .milliseconds(1)) }
}
