import Millrace
import Topologies

/// The last steps of a key in a funnel, and in which minute it was last at each.
private struct LiveFunnelProgress: Sendable, StateCodable {
    /// Older steps of a key that has more within the funnel's limit are left out of new chains.
    static let stepLimit = 64

    /// Times and, in the lowest four bits, types, in order; those that a new chain may go on from.
    private var steps: [Int64] = []
    /// The last minute at each step; the least number if it was never reached.
    private var minutes: [Int64]

    init(_ funnel: Funnel) { minutes = Array(repeating: .min, count: funnel.steps.count) }

    /// Takes in an event, which may be older than others. It can only make chains longer.
    mutating func add(
        _ event: ShopEvent, _ funnel: Funnel, _ reach: (_ step: Int, _ minute: Int64, Int64) -> Void
    ) {
        var place = steps.count
        while place > 0, steps[place - 1] >> 4 > event.time.millis { place -= 1 }
        steps.insert(event.time.millis << 4 | Int64(event.type.rawValue), at: place)
        let newest = steps[steps.count - 1] >> 4
        // Twice the limit: an event may come that is as old as the first of them.
        let oldest = newest - 2 * funnel.limit.wholeMillis
        let useless = steps.firstIndex { $0 >> 4 >= oldest } ?? 0
        steps.removeFirst(max(useless, steps.count - Self.stepLimit))
        var progress = FunnelProgress(funnel)
        for step in steps {
            guard let type = EventType(rawValue: UInt8(step & 15)) else { continue }
            let time = Timestamp(millis: step >> 4)
            var visited = progress.visit(type, at: time, in: funnel)
            while visited != 0 {
                let step = visited.trailingZeroBitCount
                visited &= visited - 1
                guard minutes[step] < time.minute else { continue }
                reach(step, time.minute, minutes[step])
                minutes[step] = time.minute
            }
        }
    }

    func encode(to writer: inout StateWriter) throws {
        try writer.write(value: steps)
        try writer.write(value: minutes)
    }

    init(from reader: inout StateReader) throws {
        steps = try reader.read(value: [Int64].self)
        minutes = try reader.read(value: [Int64].self)
    }
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
/// Events may come in any order, as long as no key has more than 64 of them within twice the funnel's limit.
func liveFunnels(_ arrivals: DataStream<Arrival>, _ funnels: [Funnel]) {
    var marks: [DataStream<FunnelMark>] = []
    for (number, funnel) in funnels.enumerated() {
        marks.append(funnelMarks(arrivals, funnel, number: number))
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
    _ arrivals: DataStream<Arrival>, _ funnel: Funnel, number: Int
) -> DataStream<FunnelMark> {
    arrivals
        .filter(name: "\(funnel.name)-steps") { !$0.isBot && funnel.steps.contains($0.event.type) }
        .keyed(by: { funnel.key(of: $0.event) })
        .process(
            "\(funnel.name)-live", state: LiveFunnelProgress.self, output: FunnelMark.self,
            expiry: .eventTime(.hours(26))
        ) { arrival, state, context in
            var progress = state ?? LiveFunnelProgress(funnel)
            // The only copy, so that changing it does not copy its arrays.
            state = nil
            progress.add(arrival.event, funnel) { step, minute, before in
                if before != .min { context.emit(FunnelMark(number, before, step, -1)) }
                context.emit(FunnelMark(number, minute, step, 1))
            }
            state = progress
        }
}
