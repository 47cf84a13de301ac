import Millrace
import NIOCore
import Storefront

/// What is sent to who listens, in the format of `text/event-stream`.
enum ServerSentEvent: Sendable {
    case event(ShopEvent)
    /// Keeps the connection alive and shows that it is.
    case heartbeat
    /// The listener was too slow: the last that it gets.
    case dropped

    var bytes: ByteBuffer {
        var bytes = ByteBuffer()
        switch self {
        case .event(let event):
            bytes.writeString("event: shop-event\n")
            // An id with a line end would be more than an id.
            if let id = event.id, !id.utf8.contains(where: { $0 < 0x20 }) {
                bytes.writeString("id: \(id)\n")
            }
            var json = JSONWriter()
            json.object(event)
            bytes.writeString("data: ")
            bytes.writeBytes(json.bytes)
            bytes.writeString("\n\n")
        case .heartbeat: bytes.writeString(": heartbeat\n\n")
        case .dropped:
            bytes.writeString("event: dropped\ndata: {\"reason\":\"the listener is too slow\"}\n\n")
        }
        return bytes
    }
}
