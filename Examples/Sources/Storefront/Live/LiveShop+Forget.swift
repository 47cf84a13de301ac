import Millrace
public import Topologies

extension LiveShop {
    /// Takes a product out of a user's history, with all the influence that it had there.
    ///
    /// The deletion is an event of the log like any other, so that it holds after a restart too. When this
    /// returns, reads no longer show the product. If the user looks at it again, it comes back.
    ///
    /// - Parameter patience: How long to wait for the history to show it.
    /// - Returns: Whether there was something to delete. If not, nothing is written.
    /// - Throws: ``StreamError`` with code `inputOutput` if it cannot be written, and `timedOut` if the shop does
    ///   not run, or the history still shows it: the deletion is safe then, and will come.
    public func forget(
        user: ID, product: ID, patience: Duration = .seconds(5)
    ) async throws -> Bool {
        guard let views else {
            throw StreamError(.timedOut, "the shop does not run, so that nothing can be deleted")
        }
        guard let entry = try await views.visitorHistory(of: user).entry(of: product) else {
            return false
        }
        // At the time of what it deletes, whatever the clock says: of two touches at one time the deletion
        // counts.
        try await append([ShopEvent(.forget, user: user, product: product, time: entry.time)])
        let start = ContinuousClock.now
        while start.duration(to: .now) < patience {
            let now = try await views.visitorHistory(of: user).entry(of: product)
            if now.map({ $0.time > entry.time }) ?? true { return true }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw StreamError(
            .timedOut, "the history of '\(user)' still shows '\(product)' after \(patience)")
    }
}
