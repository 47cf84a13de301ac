public import Millrace

/// What a window's visitors looked at and bought.
public struct Conversions: Sendable, Equatable, JSONEncodableRecord {
    public var window: Window
    public var views: Int
    public var purchases: Int
    public var revenue: Money
    public var buyers: Int
    public var users: Int

    /// Buyers among the active users; zero without users.
    public var rate: Double { users == 0 ? 0 : Double(buyers) / Double(users) }

    /// Revenue is written in thousandths, as a whole number.
    public func encode(to json: inout JSONWriter) {
        json.field("window_start", window.start)
        json.field("views", views)
        json.field("purchases", purchases)
        json.field("revenue", revenue.thousandths)
        json.field("distinct_buyers", buyers)
        json.field("active_users", users)
        json.field("conversion_rate", rate)
    }
}

/// Views, purchases, revenue and buyers of each tumbling window, one hour by default.
public func conversions(
    _ events: DataStream<ShopEvent>, every size: Duration = .hours(1),
    name: String = "conversions"
) -> DataStream<Conversions> {
    events
        .keyed(by: { $0.user })
        .window(.tumbling(size))
        .aggregate(
            .folding(
                into: Activity(), add: { $1.add($0) },
                merge: { $1.merge($0) }),
            name: "\(name)-per-user"
        )
        .acrossKeys(
            .all(
                .folding(
                    into: Activity(), add: { $1.merge($0.value) },
                    merge: { $1.merge($0) }),
                .count(where: { $0.value.sales > 0 }), .count()),
            name: name
        )
        .map { total in
            let (activity, buyers, users) = total.value
            return Conversions(
                window: total.window, views: activity.views, purchases: activity.sales,
                revenue: activity.revenue, buyers: buyers, users: users)
        }
}

/// What one user, or all users of a window, have done.
struct Activity: Sendable, BitwiseCopyable {
    var views = 0
    var sales = 0
    var revenue = Money.zero

    mutating func add(_ event: ShopEvent) {
        if event.isView { views += 1 }
        guard event.isSale else { return }
        sales += 1
        revenue += event.revenue
    }

    mutating func merge(_ other: Activity) {
        views += other.views
        sales += other.sales
        revenue += other.revenue
    }
}
