import Hummingbird
import Metrics
import Millrace
import Storefront

extension ShopAPI {
    /// Where events come in.
    var trackRoutes: [Route] {
        [Route(.post, "/track", track), Route(.post, "/api/track", track)]
    }

    /// Takes events in. The answer says 202 once those that are accepted are durable.
    @Sendable
    private func track(_ request: Request, _ context: ShopContext) async throws -> Response {
        try request.authorize(with: configuration.trackToken)
        try request.requireJSON()
        _ = try Query(request, known: [])
        let body = try await request.body.collect(upTo: configuration.limits.bodyBytes)
        let parcel = try EventParcel(body, limits: configuration.limits, now: time.now())
        if parcel.events.isEmpty, !parcel.results.isEmpty {
            figures.rejected.increment(by: parcel.results.count)
            throw Problem(
                status: .unprocessableContent, detail: "no event is valid", results: parcel.results)
        }
        try await append(parcel.events)
        figures.accepted.increment(by: parcel.events.count)
        figures.rejected.increment(by: parcel.results.count - parcel.events.count)
        return .json(TrackResponse(results: parcel.results), status: .accepted)
    }

    private func append(_ events: [ShopEvent]) async throws {
        try await gate.admit(events.count) {
            let start = ContinuousClock.now
            do {
                try await shop.append(events)
            } catch let error as StreamError {
                figures.failedAppends.increment()
                throw error
            }
            figures.appendTime.record(duration: ContinuousClock.now - start)
        }
    }
}
