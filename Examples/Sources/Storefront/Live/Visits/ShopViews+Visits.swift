import Foundation
public import Millrace

extension ShopViews {
    /// How far visitors came in each funnel in the last 24 hours.
    public func funnels() async throws -> FunnelsView {
        async let counts = running.state(
            "funnel-minutes", key: FunnelMinute.self, value: [Int].self)
        let last = try await newestEvent().minute
        var figures = funnelDefinitions.map {
            FunnelFigures(funnel: $0, counts: Array(repeating: 0, count: $0.steps.count))
        }
        try await counts.forEach { place, row in
            guard place.minute <= last, place.minute > last - 24 * 60 else { return }
            guard figures.indices.contains(place.funnel) else { return }
            // The funnel may have had more steps before a restart.
            for step in row.indices.prefix(figures[place.funnel].counts.count) {
                figures[place.funnel].counts[step] += row[step]
            }
        }
        return FunnelsView(funnels: figures)
    }

    /// How visitors went through the shop in this hour and the 23 before it.
    /// - Parameter limit: How many of each list.
    public func journeys(limit: Int = 20) async throws -> JourneysView {
        async let states = running.state("journeys", key: Int64.self, value: HourJourneys.self)
        let last = try await newestEvent().hour
        let all = EventType.allCases
        var (types, pages) = ([Transition: Int](), [Transition: Int]())
        var paths: [String: Int] = [:]
        for hour in last - 23...last {
            guard let journeys = try await states.get(hour) else { continue }
            for (index, count) in journeys.types.enumerated() where count > 0 {
                let (from, to) = (all[index / all.count], all[index % all.count])
                types[Transition(from: from.label, to: to.label), default: 0] += count
            }
            pages.merge(journeys.places.counts) { $0 + $1 }
            paths.merge(journeys.paths.counts) { $0 + $1 }
        }
        return JourneysView(
            transitions: types.top(limit), pages: pages.top(limit),
            paths: paths.top(limit).map { path in
                JourneysView.Path(
                    path: path.name.utf8.compactMap { EventType(rawValue: $0 - 48)?.label },
                    count: path.count)
            })
    }

    /// The last alerts, newest first.
    public func alerts(limit: Int = 50) async throws -> AlertsView {
        let recent = try await running.state("recent-alerts", key: String.self, value: [Alert].self)
        var alerts: [ShopAlert] = []
        recent.forEach { alerts += $1.map { ShopAlert(alert: $0) } }
        alerts.sort { ($1.alert.start, $0.id) < ($0.alert.start, $1.id) }
        return AlertsView(alerts: Array(alerts.prefix(max(0, limit))))
    }

    /// What was left out, or late, newest first.
    /// - Parameter reason: Why; any reason if `nil`. The counts are those of all reasons.
    public func refused(
        reason: RefusedEvent.Reason? = nil, limit: Int = 50
    ) async throws -> RefusedView {
        async let state = running.state("refused", key: String.self, value: RefusedLog.self)
        let newest = try await newestEvent()
        let logs = try await state
        let hour = (newest == .none ? Timestamp(Date()) : newest).hour
        func count(_ reason: RefusedEvent.Reason) -> Int {
            logs.get(reason.rawValue)?.count(since: hour) ?? 0
        }
        var letters: [RefusedLetter] = []
        for wanted in reason.map({ [$0] }) ?? [.invalid, .duplicate, .late] {
            letters += logs.get(wanted.rawValue)?.letters.reversed() ?? []
        }
        letters.sort { $0.time > $1.time }
        return RefusedView(
            invalid: count(.invalid), duplicate: count(.duplicate), late: count(.late),
            letters: Array(letters.prefix(max(0, limit))))
    }

    /// The time of the newest event; none before the first.
    public func newestEvent() async throws -> Timestamp {
        try await running.state("audience", key: Int.self, value: AudienceSeries.self)
            .get(0)?.newest ?? .none
    }
}

extension [Transition: Int] {
    fileprivate func top(_ limit: Int) -> [TransitionCount] {
        map { TransitionCount(transition: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.transition) < ($0.count, $1.transition) }
            .prefix(Swift.max(0, limit)).map { $0 }
    }
}
