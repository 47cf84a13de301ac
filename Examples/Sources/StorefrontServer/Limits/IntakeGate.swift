import Synchronization

/// Bounds how many events wait for the log: memory stays bounded, and who comes beyond it is told so at once.
final class IntakeGate: Sendable {
    private let limit: Int
    private let waiting = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// How many events wait now.
    var count: Int { waiting.load(ordering: .relaxed) }

    /// Lets `count` events in, runs `body`, and lets them out again.
    /// - Throws: ``Problem`` if they would be too many; else what `body` throws.
    func admit<Value: Sendable>(
        _ count: Int, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        defer { waiting.subtract(count, ordering: .relaxed) }
        if waiting.add(count, ordering: .relaxed).newValue > limit {
            throw Problem.unavailable("too many events wait to be written")
        }
        return try await body()
    }
}
