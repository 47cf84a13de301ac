import Millrace
import Storefront

/// What has become of one event of a request.
struct TrackResult: Sendable, Equatable, JSONEncodableRecord {
    /// Its place in the request, from 0.
    var index: Int
    /// The sender's id of it, or the one that the shop has given it; `nil` if it has none and was refused.
    var id: String?
    /// The time that it has been given, where its own was ahead of the clock.
    var time: Timestamp?
    /// What is wrong with it; empty if it was accepted.
    var errors: [InvalidEvent.FieldError] = []

    var isAccepted: Bool { errors.isEmpty }

    func encode(to json: inout JSONWriter) {
        json.field("index", index)
        if let id { json.field("event_id", id) }
        json.field("status", isAccepted ? "accepted" : "invalid")
        if let time { json.field("timestamp", time) }
        if !errors.isEmpty { json.field("errors", errors) { $0.object($1) } }
    }
}

/// The answer to events of which some were accepted.
struct TrackResponse: JSONEncodableRecord {
    var results: [TrackResult]

    func encode(to json: inout JSONWriter) {
        let accepted = results.count { $0.isAccepted }
        json.field("accepted", accepted)
        json.field("rejected", results.count - accepted)
        json.field("results", results) { $0.object($1) }
    }
}
