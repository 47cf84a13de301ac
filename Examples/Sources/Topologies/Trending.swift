public import Millrace

/// The most frequent items of a window, with its totals.
public struct Ranking: Sendable, Equatable, JSONEncodableRecord {
    public var window: Window
    /// How many events the window has.
    public var events: Int
    /// How many different items they are about.
    public var items: Int
    public var top: [Place]

    /// An item and how often it occurs.
    public struct Place: Sendable, Equatable, JSONEncodableRecord {
        public var item: ID
        public var count: Int

        public func encode(to json: inout JSONWriter) {
            json.field("item", item)
            json.field("count", count)
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.field("window_start", window.start)
        json.field("window_end", window.end)
        json.field("events", events)
        json.field("items", items)
        json.field("top", top) { $0.object($1) }
    }
}

/// Ranks the items of each window by the number of events of the given types.
public func trending(
    _ clicks: DataStream<Click>, types: Set<String>, size: Duration, every slide: Duration,
    depth: Int
) -> DataStream<Ranking> {
    clicks
        .filter { types.contains($0.type) }
        .keyed(by: { $0.item })
        .window(.sliding(size: size, every: slide))
        .aggregate(.count(), name: "count-per-item")
        .acrossKeys(
            .all(.sum(\.value), .count(), .top(depth, by: \.value, thenBy: \.key)),
            name: "ranking"
        )
        .map { ranking in
            let (events, items, top) = ranking.value
            return Ranking(
                window: ranking.window, events: events, items: items,
                top: top.map { Ranking.Place(item: $0.key, count: $0.value) })
        }
}
