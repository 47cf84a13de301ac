import Millrace

/// When which rows of a recording are due.
struct ReplayPace {
    private let speed: Settings.ReplaySpeed
    private let clock: TimeSource
    /// The wall-clock time and the event time at which playing began.
    private var origin: (wall: Timestamp, event: Timestamp)?

    init(_ speed: Settings.ReplaySpeed, clock: TimeSource = .system) {
        self.speed = speed
        self.clock = clock
    }

    /// The rows at the front that are due, at least one; waits until there is one. A row whose time is earlier
    /// than that of the row before is due with it.
    /// - Throws: `CancellationError`.
    mutating func due(in rows: ArraySlice<Recording.Row>) async throws -> Range<Int> {
        guard case .times(let factor) = speed else {
            try Task.checkCancellation()
            return rows.indices
        }
        while true {
            let now = clock.now()
            let origin = origin ?? rows.compactMap(\.time).first.map { (now, $0) }
            self.origin = origin
            guard let origin else { return rows.indices }
            let horizon = origin.event + (now - origin.wall) * factor
            let next = rows.firstIndex { ($0.time ?? .none) > horizon } ?? rows.endIndex
            if next > rows.startIndex { return rows.startIndex..<next }
            let wait = ((rows[next].time ?? horizon) - horizon) / factor
            try await clock.sleep(for: min(max(wait, .milliseconds(5)), .seconds(1)))
        }
    }
}
