public import Millrace
public import Recommender

/// What to show a user next, after an event.
public struct Recommendation: Sendable, Equatable, JSONEncodableRecord {
    public var time: Timestamp
    public var user: ID
    /// What the user has just looked at.
    public var after: ID
    public var items: [ID]

    public func encode(to json: inout JSONWriter) {
        json.field("ts_ms", time)
        json.field("user", user)
        json.field("after", after)
        json.field("items", items) { $0.value($1) }
    }
}

/// An item and those that users rate together with it.
public struct SimilarItems: Sendable, JSONEncodableRecord {
    public var item: ID
    public var similar: [SimilarItem<ID>]

    public func encode(to json: inout JSONWriter) {
        json.field("item", item)
        json.field("similar", similar) { $0.object(SimilarRow(item: $1)) }
    }

    private struct SimilarRow: JSONEncodableRecord {
        var item: SimilarItem<ID>

        func encode(to json: inout JSONWriter) {
            json.field("item", item.item)
            json.field("pair_count", item.pairCount)
            json.field("item_count", item.itemCount)
            json.field("similarity", item.similarity)
        }
    }
}

/// How much an event says about a user's interest in an item (TencentRec, SIGMOD 2015).
public func weight(of type: String) -> Int? {
    switch type {
    case "view": 1
    case "fav", "cart": 2
    case "purchase": 3
    default: nil
    }
}

/// The most similar items of every item, once the input has ended: users' ratings change where the user
/// lives, and every change of a pair is added up where all items live.
public func similarItems(
    _ clicks: DataStream<Click>, options: SimilarityOptions, depth: Int
) -> DataStream<SimilarItems> {
    clicks
        .filter { weight(of: $0.type) != nil }
        .keyed(by: { $0.user })
        .process("ratings", state: UserRatings<ID>.self, output: TimedChange.self) {
            click, ratings, context in
            if ratings == nil { ratings = UserRatings() }
            let weight = weight(of: click.type) ?? 1
            if let change = ratings?.record(click.item, weight: weight, options: options) {
                context.emit(TimedChange(change: change, time: click.time))
            }
        }
        .keyed(by: { _ in 0 })
        .process(
            "similarities", state: ItemCounts.self, output: SimilarItems.self,
            onElement: { change, counts, context in
                if counts == nil {
                    counts = ItemCounts(options: options)
                    context.setTimer(at: .max)
                }
                counts?.apply(change)
            },
            onTimer: { _, counts, context in
                for item in counts?.items ?? [] {
                    let similar = counts?.similar(to: item, limit: depth) ?? []
                    context.emit(SimilarItems(item: item, similar: similar))
                }
            })
}

/// A change of a user's ratings with its event time.
struct TimedChange: Sendable {
    var change: RatingChange<ID>
    var time: Timestamp
}

/// What is shown to each user after each view: a blend of models that has learned every event before it.
public func recommendations(
    _ clicks: DataStream<Click>, sessionGap: Duration, count: Int, excludesSeen: Bool
) -> DataStream<Recommendation> {
    clicks
        .inEventTimeOrder()
        .keyed(by: { _ in 0 })
        .process("model", state: LiveModel.self, output: Recommendation.self) {
            click, model, context in
            if model == nil { model = LiveModel(sessionGap: sessionGap) }
            guard
                let items = model?.recommend(after: click, count: count, excludesSeen: excludesSeen)
            else { return }
            context.emit(
                Recommendation(time: click.time, user: click.user, after: click.item, items: items))
        }
}
