import AsyncAlgorithms
import HTTPTypes
import Hummingbird
import Metrics
import Millrace
import NIOCore
import ServiceLifecycle
import Storefront
import Topologies

extension ShopAPI {
    /// The events as they pass.
    var streamRoutes: [Route] { [Route(.get, "/real-time-events", listen)] }

    @Sendable
    private func listen(_ request: Request, _ context: ShopContext) async throws -> Response {
        let query = try Query(request, known: ["user", "type", "product"])
        var filter = EventFilter()
        filter.user = try query.text("user").map { ID($0) }
        filter.product = try query.text("product").map { ID($0) }
        if let name = try query.text("type") {
            guard let type = EventType(name: name) else {
                throw Problem.parameter("type", "is not a type of event")
            }
            filter.type = type
        }
        let headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store", .connection: "close",
            // Proxies that gather a response before they pass it on would hold it back for ever.
            .accelBuffering: "no",
        ]
        if request.method == .head { return Response(status: .ok, headers: headers) }
        let place = try listeners.enter()
        let sent = sentEvents(filter)
        let body = ResponseBody { writer in
            // The first bytes say at once that the connection stands.
            try await writer.write(ServerSentEvent.heartbeat.bytes)
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                for await event in sent.cancelOnGracefulShutdown() {
                    try await writer.write(event.bytes)
                    if case .dropped = event {
                        figures.droppedListeners.increment()
                        break
                    }
                }
            }
            try await writer.finish(nil)
            withExtendedLifetime(place) {}
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// What one listener is sent, from now on. Its end is behind ``ServerSentEvent/dropped``.
    private func sentEvents(
        _ filter: EventFilter
    ) -> some AsyncSequence<ServerSentEvent, Never> & Sendable {
        let events = shop.feed.events(capacity: configuration.limits.listenerEvents)
            .filter { filter.matches($0) }
            .map { ServerSentEvent.event($0) }
        let heartbeats = AsyncTimerSequence(interval: configuration.heartbeat, clock: .continuous)
            .map { _ in ServerSentEvent.heartbeat }
        // The feed ends a stream only when its listener is too slow.
        return merge(chain(events, [ServerSentEvent.dropped].async), heartbeats)
    }
}

extension HTTPField.Name {
    fileprivate static let accelBuffering = header("X-Accel-Buffering")
}
