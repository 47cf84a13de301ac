import Millrace

/// Recommends what was visited most in the last whole minutes.
///
/// The window is `[m - horizon, m)`, with m the minute of the request: a request sees nothing of the
/// minute that it is made in. Visits older than the window are forgotten.
public struct RecentPopularityModel: SessionModel {
    private let horizonMinutes: Int64
    private var minute = Int64.min
    /// The visits of each minute of the window and of the current one.
    private var perMinute: [Int64: [ItemID: Int]] = [:]
    private var inWindow: [ItemID: Int] = [:]
    private var ranking: [ItemID] = []

    /// A model that looks back over `horizon`, which is cut to whole minutes.
    public init(horizon: Duration = .seconds(3600)) {
        horizonMinutes = horizon.components.seconds / 60
        precondition(horizonMinutes > 0, "the horizon is at least a minute")
    }

    /// The most visited items of the window.
    ///
    /// - Complexity: O(items in the window) for the first request in a minute, then O(`count`).
    public mutating func recommend(_ request: RecommendationRequest) -> [ItemID] {
        advance(to: request.time)
        let excluded = request.excluded
        return Array(ranking.lazy.filter { !excluded.contains($0) }.prefix(request.count))
    }

    /// Counts the visit in its minute.
    public mutating func learn(_ visit: Visit, after items: [ItemID]) {
        advance(to: visit.time)
        perMinute[minute, default: [:]][visit.item, default: 0] += 1
    }

    private mutating func advance(to time: Timestamp) {
        let current = time.millis.flooredMinutes
        guard current > minute else { return }
        if let completed = perMinute[minute] {
            inWindow.merge(completed, uniquingKeysWith: +)
        }
        minute = current
        for (old, visits) in perMinute where old < current - horizonMinutes {
            perMinute[old] = nil
            for (item, count) in visits {
                let left = inWindow[item, default: 0] - count
                inWindow[item] = left > 0 ? left : nil
            }
        }
        ranking = inWindow.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key
        }.map(\.key)
    }
}

extension Int64 {
    /// Milliseconds as whole minutes, towards the past.
    fileprivate var flooredMinutes: Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: 60_000)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
