internal import Synchronization

extension EventLog {
    /// Waits until a group is safe. Who comes first writes for all.
    func settle(_ group: UInt64) async throws {
        var role = queue.withLock { $0.join(group) }
        if role == nil {
            role = await withCheckedContinuation { continuation in
                let role = queue.withLock { queue -> AppendQueue.Role? in
                    let role = queue.join(group)
                    if role == nil { queue.wait(for: group, continuation) }
                    return role
                }
                if let role { continuation.resume(returning: role) }
            }
        }
        switch role {
        case .done, nil: return
        case .failed(let error): throw error
        case .lead: try lead()
        }
    }

    /// Writes what waits, and hands the lead to one who came meanwhile.
    private func lead() throws {
        defer {
            if let next = queue.withLock({ $0.passLead() }) {
                next.continuation.resume(returning: .lead)
            }
        }
        try flush(isDurable: options.durability == .fsync)
    }

    /// Makes everything that has been appended durable, and lets readers see it, whatever the durability.
    ///
    /// Blocks the thread while the device works.
    /// - Throws: ``StreamError`` with code `inputOutput`.
    public func sync() throws { try flush(isDurable: true) }

    /// Makes everything durable and gives up the log: another writer may open it. Further appends throw.
    ///
    /// A log that is released without closing loses what was enqueued and not synced.
    /// - Throws: ``StreamError`` with code `inputOutput`.
    public func close() throws {
        if !store.withLock({ $0.isOpen }) { return }
        let closed = StreamError(.inputOutput, "the event log '\(path)' has been closed")
        defer {
            finish(.failure(closed))
            store.withLock { $0.release(closed) }
        }
        try sync()
    }

    /// Removes segments that ``EventLogOptions/retention`` does not keep. Happens by itself when a segment
    /// is full; call it where nothing is appended.
    /// - Returns: How many segments were removed.
    /// - Throws: ``StreamError`` with code `inputOutput`.
    @discardableResult
    public func enforceRetention() throws -> Int {
        try store.withLock { try $0.retain() }
    }

    /// Writes the pending records of all partitions.
    func flush(isDurable: Bool) throws {
        let result = store.withLock { $0.flush(queue, isDurable: isDurable) }
        finish(result)
        _ = try result.get()
    }

    private func finish(_ result: Result<UInt64, StreamError>) {
        let role: AppendQueue.Role
        switch result {
        case .success: role = .done
        case .failure(let error): role = .failed(error)
        }
        for waiter in queue.withLock({ $0.finish(result) }) {
            waiter.continuation.resume(returning: role)
        }
    }
}
