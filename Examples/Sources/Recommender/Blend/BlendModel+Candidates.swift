extension BlendModel {
    /// Collects what may come next and how each signal sees it.
    mutating func gatherCandidates(_ items: [ItemID], user: Int64, at now: Double) {
        candidates.removeAll(itemCount: ids.count)
        let session = items.suffix(30).compactMap(known)
        guard let last = session.last else { return }
        addSession(session)
        addHistory(of: user)
        addFollowers(of: session, at: now)
        for leaders in popular { for item in leaders.items { candidates.insert(item) } }
        if let leaders = popularByCategory[categories[Int(last)]] {
            for item in leaders.items { candidates.insert(item) }
        }
        finish(session, last: last, at: now)
    }

    private mutating func addSession(_ session: [Int32]) {
        for (before, item) in session.reversed().enumerated() {
            let row = candidates.insert(item)
            if candidates[row, .session].x == 0 {
                candidates[row, .session] = Lanes(
                    1, 1 / Float(before + 1), before == 0 ? 1 : 0, 0)
                candidates[row, .affinity].w = before == 1 ? 1 : 0
            }
            candidates[row, .session].w += 0.3
        }
    }

    private mutating func addHistory(of user: Int64) {
        for (before, item) in (histories[user] ?? []).reversed().enumerated() {
            let row = candidates.insert(item)
            candidates[row, .affinity].x = 1 / Float(before + 1).squareRoot()
        }
    }

    private mutating func addFollowers(of session: [Int32], at now: Double) {
        var recent: [Int32] = []
        for item in session.reversed() where !recent.contains(item) {
            recent.append(item)
            if recent.count == 5 { break }
        }
        var share: Float = 1
        for (before, item) in recent.enumerated() {
            rules.forEach(from: item, at: now) { next, likelihood in
                let row = candidates.insert(next)
                if before == 0 { candidates[row, .afterLastPlain] = likelihood }
                candidates[row, .afterRecent] += share * likelihood
            }
            share *= 0.7
        }
    }

    /// Adds what needs the whole picture: shares, logarithms, categories.
    private mutating func finish(_ session: [Int32], last: Int32, at now: Double) {
        let allVisits = visits.smoothedTotal(at: now)
        let allContinuations = continuations.smoothedTotal(at: now)
        let sessionCategories = session.map { categories[Int($0)] }
        let lastCategory = categories[Int(last)]
        for row in candidates.items.indices {
            let item = candidates.items[row]
            let afterLast = candidates[row, .afterLastPlain]
            let afterRecent = candidates[row, .afterRecent]
            let visited = visits.weights(of: item, at: now) / allVisits
            let continued = continuations.weights(of: item, at: now) / allContinuations
            candidates[row, .afterLast] = scaledLogarithm(afterLast)
            candidates[row, .afterRecent] = scaledLogarithm(afterRecent)
            candidates[row, .visits] = scaledLogarithm(visited)
            candidates[row, .continuations] = scaledLogarithm(continued)
            candidates[row, .mixture] = scaledLogarithm(
                (afterLast + 0.4 * afterRecent + continued) / 3)
            let category = categories[Int(item)]
            guard category != 0 else { continue }
            if category == lastCategory { candidates[row, .affinity].y = 1 }
            let same = sessionCategories.reduce(0) { $0 + ($1 == category ? 1 : 0) }
            candidates[row, .affinity].z = Float(same) / Float(session.count)
        }
    }

    /// Brings likelihoods to the range of the other features, about -1 to 1.
    @inline(__always)
    private func scaledLogarithm(_ likelihood: Lanes) -> Lanes {
        logarithm2(likelihood + 0.0001) * 0.14 + 1
    }
}
