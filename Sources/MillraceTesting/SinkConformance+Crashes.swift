public import Millrace
import Synchronization

extension SinkConformance where S.Writer: TransactionalSinkWriter {
    /// What a transactional sink that keeps to its instance's files loses or doubles when the machine crashes, in
    /// each of its file operations; empty if it conforms.
    ///
    /// - Parameters:
    ///   - seed: Decides what of the unsynchronised data survives.
    ///   - place: Makes a place in simulated files.
    public func crashViolations(
        seed: UInt64 = 0,
        in place: @escaping @Sendable (SimulatedFiles) throws -> SinkPlace<S, Output>
    ) async throws -> [String] {
        var found: [String] = []
        var generator = SeededGenerator(seed: seed)
        var operation = 1
        while true {
            let files = SimulatedFiles()
            let place = try place(files)
            files.state.withLock { $0.crashesAt = operation }
            var history = History()
            do { try await life(place, &history) } catch let error as StreamError {
                if !files.hasCrashed { throw error }
            }
            let hasCrashed = files.hasCrashed
            files.crash()
            files.restart(&generator)
            try await life(place, &history)
            found += try await check(place, elements.indices, "crashed in operation \(operation)")
            if !hasCrashed { return found }
            operation += 1
        }
    }

    /// What a checkpoint storage would know.
    private struct History {
        /// How many elements the last complete checkpoint covers.
        var covered = 0
        var checkpoint: UInt64 = 0
        /// The transactions that it holds.
        var transactions: [S.Writer.Transaction] = []
    }

    /// Writes what the last checkpoint does not cover, with a checkpoint after every few elements that is
    /// complete as soon as the sink is prepared.
    private func life(_ place: SinkPlace<S, Output>, _ history: inout History) async throws {
        var writer = try await place.writer(usesCheckpoints: true)
        try await writer.recover(try storedAndRestored(history.transactions))
        history.transactions = []
        var pending: [S.Writer.Transaction] = []
        while history.covered < elements.count {
            let end = min(history.covered + max(1, elements.count / 4), elements.count)
            try await writer.write(elements[history.covered..<end])
            let transaction = try await writer.prepare(checkpoint: history.checkpoint + 1)
            pending.append(transaction)
            history.covered = end
            history.checkpoint += 1
            history.transactions = pending
            // Every other checkpoint is told to the sink late.
            if history.checkpoint % 2 == 0 || end == elements.count {
                for transaction in pending { try await writer.commit(transaction) }
                pending = []
            }
        }
        try await writer.close()
    }
}
