public import Millrace

/// How often a page, or a product where no page is given, was looked at and clicked.
public struct PagePopularity: Sendable, Equatable, Codable, JSONEncodableRecord {
    public var window: Window
    public var page: String
    public var views: Int
    public var clicks: Int

    public func encode(to json: inout JSONWriter) {
        json.field("item", page)
        json.field("views", views)
        json.field("clicks", clicks)
    }
}

/// The pages of a window, most viewed first.
public struct PageRanking: Sendable, Equatable, JSONEncodableRecord {
    public var window: Window
    public var top: [PagePopularity]

    public func encode(to json: inout JSONWriter) {
        json.field("window_start", window.start)
        json.field("window_end", window.end)
        json.field("top", top) { $0.object($1) }
    }
}

/// Counts the views and clicks of each page per window.
///
/// - Parameter name: The operator's name: each use in a topology needs its own.
public func popularPages(
    _ events: DataStream<ShopEvent>, in window: WindowKind<ShopEvent> = .global,
    name: String = "popular-pages"
) -> DataStream<PagePopularity> {
    events
        .filter { $0.isView || $0.type == .click }
        .keyed(by: { $0.place ?? "" })
        .window(window)
        .aggregate(
            .all(.count(where: \.isView), .count(where: { $0.type == .click })),
            name: name
        )
        .map {
            PagePopularity(
                window: $0.window, page: $0.key, views: $0.value.0, clicks: $0.value.1)
        }
}

/// The most viewed pages of each tumbling window; of equally often viewed ones the smaller name first.
public func topPages(
    _ events: DataStream<ShopEvent>, every size: Duration = .minutes(1), depth: Int = 10
) -> DataStream<PageRanking> {
    popularPages(events, in: .tumbling(size), name: "pages-per-window")
        .keyed(by: \.window)
        .window(.tumbling(size))
        .aggregate(.top(depth, by: \.views, thenBy: \.page), name: "top-pages")
        .map { PageRanking(window: $0.key, top: $0.value) }
}
