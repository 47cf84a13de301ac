public import Millrace
import Topologies

/// The stream of events as every topology wants it: each event once, and in the order of event time.
///
/// Repeats of an `event_id` are found within a day of event time; an event behind the watermark is late. Both
/// leave the stream here, so that nothing behind it needs to think of them.
///
/// - Parameters:
///   - events: What a source has decoded, and validated with that.
///   - span: How long an id is remembered.
///   - refused: Connects what was left out, each with the reason. It is counted whether or not it is
///     connected.
public func intake(
    _ events: DataStream<ShopEvent>, remembering span: Duration = .days(1),
    refused: ((DataStream<RefusedEvent>) -> Void)? = nil
) -> DataStream<ShopEvent> {
    let once = withoutRepeats(events, within: span)
    // One instance: in several, the events of a user would be ordered apart from each other.
    let ordered = once.inEventTimeOrder(name: "in-order").parallelism(1)
    if let refused {
        let late = ordered.sideOutput(SideOutput<LateElement<ShopEvent>>("late"))
            .map(name: "late-events") { RefusedEvent(late: $0) }
        let repeated = once.sideOutput(repeatedEvents)
            .map(name: "repeated-events") { RefusedEvent(repeated: $0) }
        refused(late.union(repeated, name: "left-out"))
    }
    return ordered
}

/// The dead letters of a source as refused events.
public func invalidEvents(_ letters: DataStream<DeadLetter>) -> DataStream<RefusedEvent> {
    letters.map(name: "invalid-events") { RefusedEvent($0) }
}

/// The events whose id has been seen already.
let repeatedEvents = SideOutput<ShopEvent>("repeated")

/// The first event of each `event_id`; those without an id are never repeats. The others go to a side output.
///
/// What is remembered of an id is its ``Fingerprint``.
func withoutRepeats(
    _ events: DataStream<ShopEvent>, within span: Duration
) -> DataStream<ShopEvent> {
    events
        .keyed(by: { Fingerprint(ofIdentityOf: $0) })
        .process(
            "without-repeats", state: Timestamp.self, output: ShopEvent.self,
            expiry: .eventTime(span)
        ) { event, seen, context in
            guard event.id != nil else { return context.emit(event) }
            if let first = seen, event.time - first <= span, first - event.time <= span {
                return try context.emit(event, to: repeatedEvents)
            }
            seen = event.time
            context.emit(event)
        }
}
