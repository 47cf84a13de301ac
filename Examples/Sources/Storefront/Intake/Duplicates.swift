public import Millrace

/// How many events of a stream are repeats of others.
public struct DuplicateReport: Sendable, Equatable, BitwiseCopyable, JSONEncodableRecord {
    public var events = 0
    /// Events that differ from all others of the last day in some field.
    public var distinct = 0
    /// What is left if an action that a user repeats within a few seconds counts once.
    public var kept = 0

    mutating func merge(_ other: DuplicateReport) {
        events += other.events
        distinct += other.distinct
        kept += other.kept
    }

    public func encode(to json: inout JSONWriter) {
        json.field("events", events)
        json.field("distinct_rows", distinct)
        json.field("exact_duplicate_rows", events - distinct)
        json.field("kept_after_ttl_dedup", kept)
        json.field("dropped_by_ttl_dedup", events - kept)
    }
}

/// The first of the actions that a user repeats on a product within `span`, such as a double click. An
/// action that was left out does not extend the span.
public func withoutRepeatedActions(
    _ events: DataStream<ShopEvent>, within span: Duration = .seconds(10)
) -> DataStream<ShopEvent> {
    events
        .keyed(by: { Fingerprint(ofActionOf: $0) })
        .deduplicated(within: span, name: "without-repeated-actions")
}

/// Counts both kinds of repeats. The input must be in event order, as
/// ``intake(_:remembering:refused:)`` leaves it.
public func duplicateReport(_ events: DataStream<ShopEvent>) -> DataStream<DuplicateReport> {
    let distinct =
        events
        .keyed(by: { Fingerprint(of: $0) })
        .deduplicated(within: .days(1), name: "distinct-events")
        .map { _ in DuplicateReport(distinct: 1) }
    let kept = withoutRepeatedActions(events).map { _ in DuplicateReport(kept: 1) }
    return events.map { _ in DuplicateReport(events: 1) }
        .union(distinct, kept)
        .keyed(by: { _ in 0 })
        .window(.global)
        .aggregate(
            .folding(
                into: DuplicateReport(), add: { $1.merge($0) },
                merge: { $1.merge($0) }),
            name: "duplicates"
        )
        .map { $0.value }
}
