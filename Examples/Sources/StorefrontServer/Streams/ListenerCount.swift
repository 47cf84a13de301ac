import Synchronization

/// Bounds how many listen to the events.
final class ListenerCount: Sendable {
    private let limit: Int
    private let listening = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// How many listen now.
    var count: Int { listening.load(ordering: .relaxed) }

    /// Takes a place.
    /// - Throws: ``Problem`` if there is none.
    func enter() throws -> Place {
        if listening.add(1, ordering: .relaxed).newValue > limit {
            listening.subtract(1, ordering: .relaxed)
            throw Problem.unavailable("as many listen as may", retryAfter: .seconds(10))
        }
        return Place(of: self)
    }

    /// A listener's place, given back when nobody holds it any more: whatever becomes of its response.
    final class Place: Sendable {
        private let count: ListenerCount

        fileprivate init(of count: ListenerCount) { self.count = count }

        deinit { count.listening.subtract(1, ordering: .relaxed) }
    }
}
