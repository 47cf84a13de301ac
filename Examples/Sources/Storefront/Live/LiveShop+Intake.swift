public import Millrace
import Topologies

extension LiveShop {
    /// Makes events safe: when this returns, every later start of the shop sees them.
    ///
    /// The events of a user keep their order. In the log, a record's time is that of its arrival, so that
    /// events are kept for as long whatever their age.
    ///
    /// - Parameters:
    ///   - events: What has been found to be right.
    ///   - refused: What was sent and is not taken for an event: it becomes dead letters, as reliably.
    ///   - producer: Whose step it is. If the log has a step of that producer with the same or a higher
    ///     sequence, nothing is appended.
    /// - Throws: ``StreamError`` with code `inputOutput` if they cannot be written; some may have been. The
    ///   log is tried again with later events, at most once a second.
    public func append(
        _ events: [ShopEvent], refused: [RefusedInput] = [], from producer: EventLogProducer? = nil
    ) async throws {
        var batches: [Int: EventLogBatch] = [:]
        let arrival = TimeSource.system.now()
        let products = catalogue.current
        for event in events {
            var json = JSONWriter()
            json.object(products.enrich(event))
            let partition = log.partition(of: event.user.description)
            try batches[partition, default: EventLogBatch()].append(json.bytes, at: arrival)
        }
        for input in refused {
            var json = JSONWriter()
            json.object(input)
            try batches[0, default: EventLogBatch()].append(json.bytes, at: arrival)
        }
        try await log.append(batches, from: producer)
    }
}
