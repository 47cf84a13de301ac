public import Millrace

/// How many different users a window has.
public struct ActiveUsers: Sendable, Equatable, JSONEncodableRecord {
    public var window: Window
    public var users: Int

    public func encode(to json: inout JSONWriter) {
        json.field("window_start", window.start)
        json.field("window_end", window.end)
        json.field("users", users)
    }
}

/// Counts the different users of each window, exactly: one count per user and window, then the number of
/// those.
public func activeUsers(
    _ clicks: DataStream<Click>, in window: WindowKind<Click>
) -> DataStream<ActiveUsers> {
    clicks
        .keyed(by: { $0.user })
        .window(window)
        .aggregate(.count(), name: "events-per-user")
        .acrossKeys(.count(), name: "users")
        .map { ActiveUsers(window: $0.window, users: $0.value) }
}

/// Counts the different users of each window with a sketch: constant memory, a standard error of 0.8 %.
public func approximateActiveUsers(
    _ clicks: DataStream<Click>, in window: WindowKind<Click>
) -> DataStream<ActiveUsers> {
    clicks
        .keyed(by: { _ in 0 })
        .window(window)
        .aggregate(.approximateDistinctCount(\.user), name: "users")
        .map { ActiveUsers(window: $0.window, users: $0.value) }
}
