internal import Synchronization

/// Hands every event that the shop has taken in to whoever listens, as it passes.
///
/// A listener has room for a number of events; one that does not keep up is cut off, so that it holds
/// neither the stream nor memory.
public final class EventFeed: Sendable {
    private struct Listeners {
        var next = 0
        var continuations: [Int: AsyncStream<ShopEvent>.Continuation] = [:]
    }

    private let listeners = Mutex(Listeners())

    public init() {}

    /// How many listen.
    public var listenerCount: Int { listeners.withLock { $0.continuations.count } }

    /// The events from now on. The stream ends when its listener is `capacity` events behind; one that ended
    /// without being cancelled was too slow.
    public func events(capacity: Int = 1024) -> AsyncStream<ShopEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ShopEvent.self, bufferingPolicy: .bufferingOldest(capacity))
        let id = listeners.withLock { listeners in
            listeners.next += 1
            listeners.continuations[listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { $0.continuations[id] = nil }
        }
        return stream
    }

    func publish(_ event: ShopEvent) {
        // Outside the lock: ending a stream calls back into it.
        let continuations = listeners.withLock { Array($0.continuations.values) }
        for continuation in continuations {
            if case .dropped = continuation.yield(event) { continuation.finish() }
        }
    }
}
