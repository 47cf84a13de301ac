import Millrace
import Topologies

/// The last steps of a key in a funnel, and in which minute it was last at each.
///
/// There is one for each product that each visitor has looked at, most of them with one event: these take two words
/// and nothing on the heap.
struct LiveFunnelProgress: Sendable, Equatable, StateCodable {
    /// Older steps of a key that has more within the funnel's limit are left out of new chains.
    static let stepLimit = 64

    /// The only step; where there have been more, how many steps the funnel has.
    private var header: Int64
    /// Where there have been more: for each step of the funnel the last minute at it, the least number if it was
    /// never reached; behind them, in order, the times and, in the lowest four bits, types of the events that a
    /// new chain may go on from.
    private var values: [Int64] = []

    /// The first event of a key.
    init(_ event: ShopEvent, _ funnel: Funnel, _ reach: (_ step: Int, _ minute: Int64) -> Void) {
        header = Self.step(event)
        var progress = FunnelProgress()
        progress.follow(header, funnel, reach)
    }

    private static func step(_ event: ShopEvent) -> Int64 {
        event.time.millis << 4 | Int64(event.type.rawValue)
    }

    /// Takes in a further event, which may be older than others. It can only make chains longer.
    mutating func add(
        _ event: ShopEvent, _ funnel: Funnel, _ reach: (_ step: Int, _ minute: Int64, Int64) -> Void
    ) {
        if values.isEmpty || header != funnel.steps.count { makeRoom(funnel) }
        let first = funnel.steps.count
        var place = values.count
        while place > first, values[place - 1] >> 4 > event.time.millis { place -= 1 }
        values.insert(Self.step(event), at: place)
        let newest = values[values.count - 1] >> 4
        // Twice the limit: an event may come that is as old as the first of them.
        let oldest = newest - 2 * funnel.limit.wholeMillis
        let useless = values[first...].firstIndex { $0 >> 4 >= oldest } ?? first
        values.removeSubrange(first..<max(useless, values.count - Self.stepLimit))
        var progress = FunnelProgress()
        for place in first..<values.count {
            progress.follow(values[place], funnel) { step, minute in
                guard values[step] < minute else { return }
                reach(step, minute, values[step])
                values[step] = minute
            }
        }
    }

    /// Makes room for more than one step; also where the funnel has got other steps since the last start.
    private mutating func makeRoom(_ funnel: Funnel) {
        let events = values.isEmpty ? [header] : Array(values[Int(header)...])
        values = []
        values.reserveCapacity(funnel.steps.count + events.count + 1)
        for _ in funnel.steps { values.append(.min) }
        var progress = FunnelProgress()
        for event in events {
            progress.follow(event, funnel) { values[$0] = max(values[$0], $1) }
        }
        values += events
        header = Int64(funnel.steps.count)
    }

    /// State of version 1 has the steps before the minutes.
    static let stateVersion = 2

    func encode(to writer: inout StateWriter) {
        writer.write(header)
        writer.write(values)
    }

    init(from reader: inout StateReader) throws {
        header = try reader.read(Int64.self)
        values = try reader.read([Int64].self)
        guard values.isEmpty || 0...Int64(values.count) ~= header else {
            throw StreamError(.incompatibleState, "the steps of a funnel are damaged")
        }
    }
}

extension FunnelProgress {
    /// Follows a step, and tells which steps of the funnel a chain has reached with it.
    fileprivate mutating func follow(
        _ step: Int64, _ funnel: Funnel, _ reach: (_ step: Int, _ minute: Int64) -> Void
    ) {
        guard let type = EventType(rawValue: UInt8(step & 15)) else { return }
        let time = Timestamp(millis: step >> 4)
        var visited = visit(type, at: time, in: funnel)
        while visited != 0 {
            reach(visited.trailingZeroBitCount, time.minute)
            visited &= visited - 1
        }
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
            let missing = funnels[mark.place.funnel].steps.count - (counts?.count ?? 0)
            if missing > 0 { counts = (counts ?? []) + Array(repeating: 0, count: missing) }
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
            guard var progress = state else {
                state = LiveFunnelProgress(arrival.event, funnel) { step, minute in
                    context.emit(FunnelMark(number, minute, step, 1))
                }
                return
            }
            // The only copy, so that changing it does not copy its array.
            state = nil
            progress.add(arrival.event, funnel) { step, minute, before in
                if before != .min { context.emit(FunnelMark(number, before, step, -1)) }
                context.emit(FunnelMark(number, minute, step, 1))
            }
            state = progress
        }
}
