import Millrace

/// What happened in a minute or an hour.
struct ActivityFigures: Sendable, BitwiseCopyable {
    var events = 0
    var views = 0
    var carts = 0
    var purchases = 0
    var revenue = Money.zero
    var buyers = 0
    var users = 0

    init() {}

    init(_ event: ShopEvent) {
        events = 1
        if event.isView { views = 1 }
        if event.type == .addToCart { carts = 1 }
        guard event.isSale else { return }
        purchases = 1
        revenue = event.revenue
    }

    mutating func add(_ other: ActivityFigures) {
        events += other.events
        views += other.views
        carts += other.carts
        purchases += other.purchases
        revenue += other.revenue
        buyers += other.buyers
        users += other.users
    }

    func figures(from start: Timestamp) -> ConversionFigures {
        ConversionFigures(
            start: start, events: events, views: views, carts: carts, purchases: purchases,
            revenue: revenue, buyers: buyers, users: users)
    }
}

/// The figures of an hour's minutes, and of the hour.
struct HourActivity: Sendable {
    /// Sixty minutes, and at the end the hour, in which users count once.
    var rows = Array(repeating: ActivityFigures(), count: 61)

    mutating func add(_ change: VisitChange) {
        let minute = Int(change.time.minute - change.time.hour * 60)
        rows[minute].add(change.figures)
        var figures = change.figures
        figures.users = change.isNewInHour ? 1 : 0
        figures.buyers = change.isNewBuyerInHour ? 1 : 0
        rows[60].add(figures)
    }
}

extension HourActivity: StateCodable {
    func encode(to writer: inout StateWriter) throws { try writer.write(value: rows) }

    init(from reader: inout StateReader) throws {
        rows = try reader.read(value: [ActivityFigures].self)
    }
}

/// Activity by minute and hour, kept for 50 hours of event time behind the last event of each hour.
///
/// - Returns: Each hour when it is over. Later events of it are in the view, but not in what came out.
@discardableResult
func liveActivity(_ changes: DataStream<VisitChange>) -> DataStream<ConversionFigures> {
    changes
        .keyed(by: \.time.hour)
        .process(
            "activity", state: HourActivity.self, output: ConversionFigures.self,
            expiry: .eventTime(.hours(50)),
            onElement: { change, activity, context in
                if activity == nil {
                    activity = HourActivity()
                    context.setTimer(at: Timestamp(hour: context.key + 1) - .milliseconds(1))
                }
                activity?.add(change)
            },
            onTimer: { _, activity, context in
                guard let activity else { return }
                context.emit(activity.rows[60].figures(from: Timestamp(hour: context.key)))
            })
}
