import Millrace
import Topologies

/// Users with more events in a minute than the rules allow: crawlers, scripts, double-firing trackers.
func heavyUsers(_ events: DataStream<ShopEvent>, _ rules: AlertRules) -> DataStream<Alert> {
    let suspects =
        rules.sparesCrawlers ? events.filter(name: "suspects") { !$0.isFromCrawler } : events
    return
        suspects
        .keyed(by: { $0.user })
        .window(.tumbling(.minutes(1)))
        .aggregate(.count(), name: "events-per-user-and-minute")
        .filter(name: "extreme-rates") { $0.value > rules.userLimit }
        .map(name: "heavy-users") { user in
            Alert(
                kind: .heavyUser, start: user.window.start, subject: user.key.description,
                value: Double(user.value), expected: Double(rules.userLimit))
        }
}
