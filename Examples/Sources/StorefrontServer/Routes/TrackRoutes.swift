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
        try await append(parcel)
        figures.accepted.increment(by: parcel.events.count)
        figures.rejected.increment(by: parcel.results.count - parcel.events.count)
        if parcel.events.isEmpty, !parcel.results.isEmpty {
            throw Problem(
                status: .unprocessableContent, detail: "no event is valid", results: parcel.results)
        }
        return .json(TrackResponse(results: parcel.results), status: .accepted)
    }

    private func append(_ parcel: EventParcel) async throws {
        let (events, refused) = (parcel.events, parcel.refused)
        try await gate.admit(events.count + refused.count) {
            let start = ContinuousClock.now
            do {
                try await shop.append(events, refused: refused)
            } catch let error as StreamError {
                figures.failedAppends.increment()
                throw error
            }
            figures.appendTime.record(duration: ContinuousClock.now - start)
        }
    }
}
