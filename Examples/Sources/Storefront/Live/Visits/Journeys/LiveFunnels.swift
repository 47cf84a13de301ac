import Millrace
import Topologies

/// How far a key has come in a funnel, and in which minute it was last at each step.
private struct LiveFunnelProgress: Sendable, Codable {
    var progress: FunnelProgress
    var minutes: [Int64]
}

/// The figures of one funnel in one minute.
struct FunnelMinute: StreamKey, Codable, BitwiseCopyable {
    var funnel: Int
    var minute: Int64

    var stableHash: UInt64 { funnel.stableHash.combining(minute.stableHash) }
}

/// A key that was last at a step in another minute than this one, or is no longer.
private struct FunnelMark: Sendable, BitwiseCopyable {
    var place: FunnelMinute
    var step: Int
    var count: Int

    init(_ funnel: Int, _ minute: Int64, _ step: Int, _ count: Int) {
        place = FunnelMinute(funnel: funnel, minute: minute)
        self.step = step
        self.count = count
    }
}

/// Follows every funnel, and counts how many keys were last at each step in each minute, so that the sum
/// over a day is the number of keys that reached the step on that day. Kept for 26 hours of event time.
///
/// - Parameter ordered: The events in the order of event time: a chain depends on it.
func liveFunnels(_ ordered: DataStream<Arrival>, _ funnels: [Funnel]) {
    var marks: [DataStream<FunnelMark>] = []
    for (number, funnel) in funnels.enumerated() {
        marks.append(funnelMarks(ordered, funnel, number: number))
    }
    guard var all = marks.first else { return }
    for (number, more) in marks.enumerated().dropFirst() {
        all = all.union(more, name: "funnel-marks-\(number)")
    }
    all.keyed(by: \.place)
        .process(
            "funnel-minutes", state: [Int].self, output: Never.self, expiry: .eventTime(.hours(26))
        ) { mark, counts, _ in
            if counts == nil {
                counts = Array(repeating: 0, count: funnels[mark.place.funnel].steps.count)
            }
            counts?[mark.step] += mark.count
        }
        .forEach(name: "funnels-kept") { _, _ in }
}

private func funnelMarks(
    _ ordered: DataStream<Arrival>, _ funnel: Funnel, number: Int
) -> DataStream<FunnelMark> {
    ordered
        .filter(name: "\(funnel.name)-steps") { !$0.isBot && funnel.steps.contains($0.event.type) }
        .keyed(by: { FunnelKey($0.event, scope: funnel.scope) })
        .process(
            "\(funnel.name)-live", state: LiveFunnelProgress.self, output: FunnelMark.self,
            expiry: .eventTime(.hours(26))
        ) { arrival, state, context in
            let (type, time) = (arrival.event.type, arrival.event.time)
            if state == nil {
                state = LiveFunnelProgress(
                    progress: FunnelProgress(funnel),
                    minutes: Array(repeating: .min, count: funnel.steps.count))
            }
            guard var known = state else { return }
            // The only copy, so that changing it does not copy its arrays.
            state = nil
            var visited = known.progress.visit(type, at: time, in: funnel)
            while visited != 0 {
                let step = visited.trailingZeroBitCount
                visited &= visited - 1
                let before = known.minutes[step]
                guard before < time.minute else { continue }
                known.minutes[step] = time.minute
                if before != .min { context.emit(FunnelMark(number, before, step, -1)) }
                context.emit(FunnelMark(number, time.minute, step, 1))
            }
            state = known
        }
}
