public import Millrace

/// The pages on which sessions begin, or end, and how many do.
public func sessionEnds(
    _ sessions: DataStream<ShopSession>, at end: SessionEnd,
    in window: WindowKind<ShopSession> = .global, depth: Int = 10
) -> DataStream<SessionEnds> {
    sessions
        .keyed(by: { end == .entry ? $0.summary.entry : $0.summary.exit })
        .window(window)
        .aggregate(.count(), name: "\(end)-pages")
        .top(depth, by: \.value, name: "top-\(end)-pages")
        .map { ranking in
            SessionEnds(
                end: end, window: ranking.window,
                pages: ranking.value.map {
                    SessionEnds.Page(page: $0.key, sessions: $0.value)
                })
        }
}

/// The two ends of a session.
public enum SessionEnd: String, Sendable { case entry, exit }

/// A ranking of pages at one end of sessions.
public struct SessionEnds: Sendable, Equatable, JSONEncodableRecord {
    public var end: SessionEnd
    public var window: Window
    public var pages: [Page]

    public struct Page: Sendable, Equatable, JSONEncodableRecord {
        public var page: String
        public var sessions: Int

        public func encode(to json: inout JSONWriter) {
            json.field("page", page)
            json.field("sessions", sessions)
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.field("end", end.rawValue)
        if window != .global { json.field("window_start", window.start) }
        json.field("pages", pages) { $0.object($1) }
    }
}
