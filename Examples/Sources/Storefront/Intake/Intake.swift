public import Millrace
import Topologies

/// The stream of events as every topology wants it: valid, each event once, in the order of event time.
public struct Intake {
    public var events: DataStream<ShopEvent>
    /// What was left out on the way, and why.
    public var refused: DataStream<RefusedEvent>
}

/// Cleans what comes in. Repeats of an `event_id` are found within a day of event time; an event behind the
/// watermark is late. Both leave the stream here, so nothing behind it needs to think of them.
///
/// - Parameter events: What a source has decoded. Give its dead letters as `undecodable`.
public func intake(
    _ events: DataStream<ShopEvent>, undecodable: DataStream<DeadLetter>? = nil,
    remembering: Duration = .days(1)
) -> Intake {
    let once = withoutRepeats(events, within: remembering)
    let ordered = once.inEventTimeOrder(name: "in-order")
    let late = ordered.sideOutput(SideOutput<LateElement<ShopEvent>>("late"))
        .map(name: "late-events") { RefusedEvent(late: $0) }
    let repeated = once.sideOutput(repeatedEvents)
        .map(name: "repeated-events") { RefusedEvent(repeated: $0) }
    var refused = late.union(repeated, name: "left-out")
    if let undecodable {
        let invalid = undecodable.map(name: "invalid-events") { RefusedEvent($0) }
        refused = refused.union(invalid, name: "refused")
    }
    return Intake(events: ordered, refused: refused)
}

/// The events whose id has been seen already.
let repeatedEvents = SideOutput<ShopEvent>("repeated")

/// The first event of each `event_id`; those without an id are never repeats. The others go to a side output.
func withoutRepeats(
    _ events: DataStream<ShopEvent>, within span: Duration
) -> DataStream<ShopEvent> {
    events
        .keyed(by: { $0.id ?? "\($0.user)" })
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
