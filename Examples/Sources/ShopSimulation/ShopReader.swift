public import Millrace

/// Reads one split of a ``ShopSource``.
public struct ShopReader: SourceReader {
    private var arrivals: ShopTraffic.Iterator
    private var left: Int64?
    private let pace: ShopSource.Pace
    /// What arrives up to here may be read.
    private var horizon: Timestamp
    /// The wall-clock time and the arrival time at which a reader with a speed has begun.
    private var origin: (wall: Timestamp, arrival: Timestamp)?

    init(_ arrivals: ShopTraffic.Iterator, left: Int64?, pace: ShopSource.Pace) {
        self.arrivals = arrivals
        self.left = left
        self.pace = pace
        horizon = pace == .unlimited ? .max : .none
    }

    public mutating func read(
        into batch: inout Batch<ShopArrival>, limit: Int,
        reject: (String, StreamError) throws -> Void
    ) -> SourceStatus {
        batch.removeAll()
        var room = min(Int64(limit), left ?? .max)
        while room > 0, let arrival = nextArrival() {
            batch.append(arrival, at: arrival.event.timestamp)
            room -= 1
        }
        if let left { self.left = left - Int64(batch.count) }
        if left == 0 { return .finished }
        return room > 0 ? .waiting : .more
    }

    /// The next arrival, if its time has come.
    private mutating func nextArrival() -> ShopArrival? {
        if horizon != .max, arrivals.nextTime() > horizon { return nil }
        return arrivals.next()
    }

    public mutating func waitForMore(atMost limit: Duration, by clock: TimeSource) async throws {
        advance(to: clock.now())
        let wait = arrivals.nextTime() - horizon
        guard wait > .zero else { return }
        // Some milliseconds at a time are enough for an even stream.
        try await clock.sleep(for: min(limit, max(.milliseconds(5), wait / speed)))
        advance(to: clock.now())
    }

    private var speed: Double {
        if case .speed(let speed) = pace { speed } else { 1 }
    }

    private mutating func advance(to now: Timestamp) {
        switch pace {
        case .unlimited: break
        case .live: horizon = now
        case .speed(let speed):
            let origin = origin ?? (now, arrivals.nextTime())
            self.origin = origin
            horizon = origin.arrival + (now - origin.wall) * speed
        }
    }

    public var position: SourcePosition { arrivals.position.sourcePosition }
}
