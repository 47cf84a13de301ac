import Metrics
import Synchronization

/// Counts the connections that are open.
final class ConnectionCount: Sendable {
    private let limit: Int
    private let refused: Counter
    private let open = Atomic<Int>(0)

    /// - Parameter refused: Counts those that were turned away.
    init(limit: Int, refused: Counter) {
        self.limit = limit
        self.refused = refused
    }

    /// Counts a connection.
    /// - Returns: Whether there is room for it.
    func enter() -> Bool { open.add(1, ordering: .relaxed).newValue <= limit }

    func leave() { open.subtract(1, ordering: .relaxed) }

    /// Counts a connection for which there is no room, and which has been told so.
    func refuse() { refused.increment() }
}
