/// What a worker does at a moment.
public enum WorkerActivity: Sendable, Hashable, CaseIterable {
    /// It waits for input.
    case idle
    /// It runs its operators, or waits for a sink's system or for calls of its own.
    case busy
    /// It waits for room in a channel: back-pressure from a later operator.
    case blocked
}

/// How a worker has spent its time.
public struct WorkerTimes: Sendable, Hashable {
    /// Running its operators.
    public var busy = Duration.zero
    /// Waiting for room in a channel.
    public var blocked = Duration.zero
    /// Waiting for input.
    public var idle = Duration.zero

    /// All of it.
    public var total: Duration { busy + blocked + idle }

    /// The part of the time spent in an activity, from 0 to 1; 0 where no time has passed.
    public func share(of activity: WorkerActivity) -> Double {
        total > .zero ? self[activity] / total : 0
    }

    /// The time spent in an activity.
    public subscript(activity: WorkerActivity) -> Duration {
        get {
            switch activity {
            case .idle: idle
            case .busy: busy
            case .blocked: blocked
            }
        }
        set {
            switch activity {
            case .idle: idle = newValue
            case .busy: busy = newValue
            case .blocked: blocked = newValue
            }
        }
    }

    static func + (a: WorkerTimes, b: WorkerTimes) -> WorkerTimes {
        WorkerTimes(busy: a.busy + b.busy, blocked: a.blocked + b.blocked, idle: a.idle + b.idle)
    }

    static func - (a: WorkerTimes, b: WorkerTimes) -> WorkerTimes {
        WorkerTimes(busy: a.busy - b.busy, blocked: a.blocked - b.blocked, idle: a.idle - b.idle)
    }
}

/// Adds up how long each activity lasts. A value without a clock: the time is always passed in.
struct ActivityTimer: Sendable {
    private(set) var activity = WorkerActivity.idle
    private var since: ContinuousClock.Instant
    private var times = WorkerTimes()

    init(at start: ContinuousClock.Instant) { since = start }

    mutating func enter(_ activity: WorkerActivity, at now: ContinuousClock.Instant) {
        times = self.times(at: now)
        self.activity = activity
        since = now
    }

    /// The times up to now, the activity that lasts included.
    func times(at now: ContinuousClock.Instant) -> WorkerTimes {
        var times = times
        times[activity] += max(.zero, now - since)
        return times
    }
}
