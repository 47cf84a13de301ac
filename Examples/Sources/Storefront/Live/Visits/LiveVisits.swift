import Millrace
import Topologies

/// The live views of visits: activity, active users, sessions, funnels, journeys, alerts, and what was
/// refused; and the archive of sessions, hourly conversions, alerts and dead letters.
///
/// Bots, recognised by their user agent, count as events and as devices. They have sessions, marked as
/// theirs, but are no active users and no buyers, and are left out of session statistics, funnels and journeys.
/// Alerts are about all events, but crawlers that say what they are raise none of their own unless
/// ``AlertRules/sparesCrawlers`` is off.
///
/// - Parameters:
///   - events: Each event once, in the order of arrival, as ``withoutRepeats(_:within:)`` leaves it.
///   - leftOut: What was refused before: repeats, and what the source could not understand.
func liveVisits(
    _ events: DataStream<ShopEvent>, leftOut: DataStream<RefusedEvent>,
    _ configuration: ShopConfiguration
) {
    let clients = ClientRecognition.shared
    let arrivals = events.map(name: "clients") {
        Arrival(event: $0, client: clients.client(of: $0))
    }
    let changes = visitChanges(arrivals)
    liveAudience(changes)
    archive(liveActivity(changes), as: "conversions", configuration)
    liveSketches(arrivals)
    liveDevices(arrivals)
    liveCounts(events)

    let sessions = sessionChanges(arrivals, gap: configuration.sessionGap)
    liveSessionStatistics(sessions)
    sessionIndex(sessions)
    archive(closedSessions(sessions), as: "sessions", configuration)

    liveFunnels(arrivals, configuration.funnels)
    liveJourneys(arrivals, sessions, gap: configuration.sessionGap)
    liveAlerts(alerts(events, rules: configuration.alertRules), configuration)

    let late = changes.sideOutput(lateEvents).map(name: "late-events") { RefusedEvent(late: $0) }
    liveRefused(late.union(leftOut, name: "refused-events"), configuration)
}

/// Sessions that have been closed. One that a late event changes afterwards comes again under the same id, or,
/// if the event is its first, under a new one.
private func closedSessions(_ changes: DataStream<SessionChange>) -> DataStream<SessionView> {
    changes.flatMap(name: "closed-sessions", as: SessionView.self) { change, emit in
        for session in change.closed { try emit(session.view(of: change.user)) }
    }
}

private func archive<Record: JSONEncodableRecord>(
    _ records: DataStream<Record>, as name: String, _ configuration: ShopConfiguration
) {
    records.sink(.jsonLines("\(configuration.archivePath)/\(name).jsonl"), name: "\(name).jsonl")
}
