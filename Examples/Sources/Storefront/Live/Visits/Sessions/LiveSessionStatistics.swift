import Millrace

/// What the sessions of a minute add up to: how many began, and those that were over.
struct SessionMinute: Sendable, BitwiseCopyable {
    var opened = 0
    var closed = 0
    var bounces = 0
    var converted = 0
    var durationMillis: Int64 = 0
    var depth = 0

    mutating func add(_ other: SessionMinute, times sign: Int) {
        opened += sign * other.opened
        closed += sign * other.closed
        bounces += sign * other.bounces
        converted += sign * other.converted
        durationMillis += Int64(sign) * other.durationMillis
        depth += sign * other.depth
    }
}

/// A change of the figures of one minute.
private struct SessionDelta: Sendable, BitwiseCopyable {
    var minute: Int64
    var figures: SessionMinute
    var sign: Int
}

/// The key of the figures of all time, of which the difference between begun and closed sessions counts.
let allMinutes = Int64.min

/// Adds up sessions by the minute in which they began, and by the minute in which they were over, which is
/// the gap behind their last event. Kept for 50 hours of event time. Bots have no sessions here.
func liveSessionStatistics(_ changes: DataStream<SessionChange>) {
    changes
        .flatMap(name: "session-deltas", as: SessionDelta.self) { change, emit in
            for record in change.before { try record.forEachMinute(sign: -1, emit) }
            for record in change.after { try record.forEachMinute(sign: 1, emit) }
        }
        .keyed(by: \.minute)
        .process(
            "session-minutes", state: SessionMinute.self, output: Never.self,
            expiry: .eventTime(.hours(50))
        ) { delta, minute, _ in
            var sum = minute ?? SessionMinute()
            sum.add(delta.figures, times: delta.sign)
            minute = sum
        }
        .forEach(name: "session-minutes-kept") { _, _ in }
}

extension SessionRecord {
    fileprivate func forEachMinute(sign: Int, _ emit: (SessionDelta) throws -> Void) rethrows {
        if isBot { return }
        let opened = SessionMinute(opened: 1)
        try emit(SessionDelta(minute: start.minute, figures: opened, sign: sign))
        try emit(SessionDelta(minute: allMinutes, figures: opened, sign: sign))
        if isOpen { return }
        let closed = SessionMinute(
            closed: 1, bounces: isBounce ? 1 : 0, converted: isConverted ? 1 : 0,
            durationMillis: durationMillis, depth: depth)
        try emit(SessionDelta(minute: over.minute, figures: closed, sign: sign))
        try emit(SessionDelta(minute: allMinutes, figures: closed, sign: sign))
    }
}
