/// Counts by item that fade, over all horizons at once, and their totals.
struct DecayedCounts: Codable {
    private struct Count: Codable {
        var weights: Lanes
        var time: Double
    }

    private var counts: [Count] = []
    private var total = Lanes.zero
    private var time = 0.0

    /// The count of an item as of `now` (seconds).
    @inline(__always)
    func weights(of item: Int32, at now: Double) -> Lanes {
        guard Int(item) < counts.count else { return .zero }
        let count = counts[Int(item)]
        return count.weights * Horizons.decay(now - count.time)
    }

    /// The total as of `now`, a little raised, so that the first shares are not overrated.
    func smoothedTotal(at now: Double) -> Lanes { total * Horizons.decay(now - time) + 10 }

    /// Counts the item once.
    mutating func add(_ item: Int32, at now: Double) {
        while counts.count <= Int(item) { counts.append(Count(weights: .zero, time: now)) }
        counts[Int(item)] = Count(weights: weights(of: item, at: now) + 1, time: now)
        total = total * Horizons.decay(now - time) + 1
        time = now
    }
}
