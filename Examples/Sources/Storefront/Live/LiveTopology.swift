import Millrace
import Topologies

/// What the shop runs: every event of the log, once, through every live view.
///
/// Views take events in the order of arrival and put them where their time belongs, so that what a visitor
/// does shows at once. Only what depends on the order waits for ``ShopConfiguration/outOfOrderness``.
///
/// - Parameter skipped: Told which records are missing, damaged or removed, where those are skipped.
func liveTopology(
    _ configuration: ShopConfiguration, feed: EventFeed,
    skipped: @escaping @Sendable (EventLogGap) -> Void = { _ in }
) throws -> Topology {
    let log = EventLogSource(
        at: configuration.logPath, follows: true, damage: configuration.logDamage,
        skipped: skipped
    ) { ShopLogDecoder() }
    return try Topology("storefront") { flow in
        var undecodable: DataStream<DeadLetter>?
        let events = flow.source(
            log, name: "log", eventTime: { $0.time },
            watermarks: .bounded(outOfOrderness: configuration.outOfOrderness)
                .withIdleness(after: .seconds(1))
        ).deadLetters { undecodable = $0 }
        let once = withoutRepeats(events, within: .days(1))
        once.forEach(name: "feed") { event, _ in feed.publish(event) }
        var leftOut = once.sideOutput(repeatedEvents)
            .map(name: "repeats") { RefusedEvent(repeated: $0) }
        if let undecodable { leftOut = leftOut.union(invalidEvents(undecodable), name: "refusals") }
        // Beside each other: together they are more than one core can do at full load.
        liveVisits(once.newStage(name: "visits"), leftOut: leftOut, configuration)
        liveProducts(once.newStage(name: "products"), configuration)
    }
}
