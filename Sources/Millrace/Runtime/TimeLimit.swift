/// Runs `call`, and gives up when it takes longer than `limit`.
/// - Throws: ``StreamError`` with code `timedOut`, or what `call` throws.
func limited<Result: Sendable>(
    to limit: Duration?, by timeSource: TimeSource,
    _ call: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    guard let limit else { return try await call() }
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await call() }
        group.addTask {
            try await timeSource.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            throw StreamError(.timedOut, "the call took longer than \(limit)")
        }
        return result
    }
}
