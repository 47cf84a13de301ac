import Foundation
public import Millrace

extension ShopViews {
    /// What goes on in the shop.
    ///
    /// - Parameter time: As of the end of the minute before this time, at most 24 hours back; as of the newest
    ///   event if `nil`. Late, refused and arriving events are those of now in both cases.
    /// - Complexity: Some thousand look-ups.
    public func activity(at time: Timestamp? = nil) async throws -> ActivityView {
        async let audience = running.state("audience", key: Int.self, value: AudienceSeries.self)
        async let activity = running.state(
            "activity", key: Int64.self, value: HourActivity.self)
        async let sketches = running.state(
            "audience-sketches", key: Int64.self, value: MinuteSketch.self)
        async let sessions = running.state(
            "session-minutes", key: Int64.self, value: SessionMinute.self)
        async let devices = running.state(
            "devices", key: ClientKey.self, value: MinuteRing<DeviceMinute>.self)
        async let counts = running.state("event-counts", key: Int64.self, value: HourCounts.self)
        async let refused = running.state("refused", key: String.self, value: RefusedLog.self)

        let series = try await audience.get(0) ?? AudienceSeries()
        let asOf = time ?? series.newest
        // The last minute that counts: the one before `time`, or the one of the newest event.
        let minute = time.map { $0.minute - 1 } ?? asOf.minute
        guard asOf != .none else { return .empty }
        let (hourly, perHour) = try await (activity, counts)
        var events = perHour.figures(upTo: Timestamp(minute: minute).hour)
        events.perSecond = series.arrivalsPerSecond(at: Timestamp(Date()))
        let log = try await refused
        events.fill(from: log, at: series.newest.hour)
        return ActivityView(
            asOf: asOf, events: events,
            activeUsers: try await series.activeUsers(
                at: time == nil ? nil : minute, sketches: sketches),
            sessions: try await sessions.figures(upTo: minute),
            minutes: hourly.minutes(upTo: minute), hours: hourly.hours(upTo: minute),
            devices: try await devices.figures(at: minute))
    }
}

extension Timestamp {
    init(_ date: Date) { self.init(millis: Int64(date.timeIntervalSince1970 * 1000)) }
}

extension ActivityView {
    static var empty: ActivityView {
        ActivityView(
            asOf: .none, events: EventFigures(), activeUsers: [], sessions: SessionFigures(),
            minutes: [], hours: [], devices: [])
    }
}

extension AudienceSeries {
    /// Over the ten whole seconds before `now`.
    func arrivalsPerSecond(at now: Timestamp) -> Double {
        let second = now.second
        return Double((second - 10..<second).reduce(0) { $0 + Int(arrivals[$1]) }) / 10
    }

    /// The active users at the end of a minute, or at the newest event.
    func activeUsers(
        at minute: Int64?, sketches: StateSnapshot<Int64, MinuteSketch>
    ) -> [ActiveUsers] {
        [1, 5, 15].map { span in
            let last = minute.map { $0 * 60 + 59 } ?? newest.second
            let users =
                minute.map { minutes[$0].users(inLast: span) } ?? self.users(inLast: span)
            return ActiveUsers(
                minutes: span, users: users,
                approximate: sketches.users(from: last - Int64(span) * 60 + 1, to: last))
        }
    }
}

extension AudienceFigures {
    fileprivate func users(inLast minutes: Int) -> Int {
        Int(minutes == 1 ? one : minutes == 5 ? five : fifteen)
    }
}

extension StateSnapshot<Int64, MinuteSketch> {
    /// About how many users were active between two seconds, to ten seconds.
    fileprivate func users(from first: Int64, to last: Int64) -> Int {
        var sum = MinuteSketch.none
        // Of the slice in which the span begins, the part before it counts as well.
        for minute in Timestamp(millis: first * 1000).minute...Timestamp(millis: last * 1000).minute
        {
            let begin = max(0, first - minute * 60) / 10
            let end = min(59, last - minute * 60) / 10
            guard begin <= end else { continue }
            get(minute)?.merge(into: &sum, slices: Int(begin)...Int(end))
        }
        return sum.estimate
    }
}

extension StateSnapshot<Int64, HourActivity> {
    /// The 60 minutes that end with a minute.
    fileprivate func minutes(upTo last: Int64) -> [ConversionFigures] {
        (last - 59...last).map { minute in
            let start = Timestamp(minute: minute)
            let row = get(start.hour)?.rows[Int(minute - start.hour * 60)] ?? ActivityFigures()
            return row.figures(from: start)
        }
    }

    /// The 48 hours that end with the hour of a minute.
    fileprivate func hours(upTo minute: Int64) -> [ConversionFigures] {
        let last = Timestamp(minute: minute).hour
        return (last - 47...last).map { hour in
            (get(hour)?.rows[60] ?? ActivityFigures()).figures(from: Timestamp(hour: hour))
        }
    }
}

extension StateSnapshot<Int64, SessionMinute> {
    /// The sessions that are open behind a minute, and those that were over in the 24 hours up to it.
    fileprivate func figures(upTo last: Int64) -> SessionFigures {
        var (sum, later) = (SessionMinute(), SessionMinute())
        forEach { minute, figures in
            if minute == allMinutes { return }
            if minute > last {
                later.add(figures, times: 1)
            } else if minute > last - 24 * 60 {
                sum.add(figures, times: 1)
            }
        }
        let all = get(allMinutes) ?? SessionMinute()
        let closed = Double(max(1, sum.closed))
        return SessionFigures(
            open: all.opened - all.closed - later.opened + later.closed, closed: sum.closed,
            bounceRate: Double(sum.bounces) / closed,
            conversionRate: Double(sum.converted) / closed,
            meanDuration: .milliseconds(sum.durationMillis / Int64(max(1, sum.closed))),
            meanDepth: Double(sum.depth) / closed)
    }
}

extension StateSnapshot<ClientKey, MinuteRing<DeviceMinute>> {
    /// The devices of the hour up to the end of a minute.
    fileprivate func figures(at minute: Int64) -> [DeviceFigures] {
        var devices: [DeviceFigures] = []
        forEach { key, ring in
            let visits = (minute - 59...minute).reduce(0) { $0 + Int(ring[$1].visits) }
            guard visits > 0 else { return }
            devices.append(
                DeviceFigures(
                    device: key.client.device, system: key.client.system.rawValue, visits: visits,
                    users: Int(ring[minute].users)))
        }
        return devices.sorted {
            ($1.visits, $0.device.rawValue, $0.system) < ($0.visits, $1.device.rawValue, $1.system)
        }
    }
}

extension StateSnapshot<Int64, HourCounts> {
    /// The counts of the 30 hours that end with an hour, up to 50 of each list.
    fileprivate func figures(upTo last: Int64) -> EventFigures {
        var types = Array(repeating: 0, count: EventType.allCases.count)
        var (categories, queries) = ([String: Int](), [String: Int]())
        for hour in last - 29...last {
            guard let counts = get(hour) else { continue }
            for index in types.indices { types[index] += counts.types[index] }
            for entry in counts.categories.values {
                categories[entry.value, default: 0] += entry.count
            }
            for entry in counts.queries.values { queries[entry.value, default: 0] += entry.count }
        }
        var figures = EventFigures(total: types.reduce(0, +))
        let named = zip(EventType.allCases.map(\.name), types).filter { $0.1 > 0 }
        figures.types = Dictionary(uniqueKeysWithValues: Array(named)).top(50)
        figures.categories = categories.top(50)
        figures.queries = queries.top(50)
        return figures
    }
}

extension [String: Int] {
    /// The most frequent names; of equally frequent ones the smaller first.
    func top(_ limit: Int) -> [NamedCount] {
        map { NamedCount(name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
            .prefix(limit).map { $0 }
    }
}

extension EventFigures {
    fileprivate mutating func fill(
        from log: StateSnapshot<String, RefusedLog>, at hour: Int64
    ) {
        func count(_ reason: RefusedEvent.Reason) -> Int {
            log.get(reason.rawValue)?.count(since: hour) ?? 0
        }
        (late, duplicates, invalid) = (count(.late), count(.duplicate), count(.invalid))
    }
}
