public import Millrace

/// The most frequent whole paths, and how many different ones there are.
public struct TopPaths: Sendable, Equatable, JSONEncodableRecord {
    public var sessions: Int
    public var distinctPaths: Int
    public var top: [PathCount]

    public struct PathCount: Sendable, Equatable, JSONEncodableRecord {
        public var path: String
        public var sessions: Int

        public func encode(to json: inout JSONWriter) {
            json.field("path", path)
            json.field("count", sessions)
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.field("sessions", sessions)
        json.field("distinct_paths", distinctPaths)
        json.field("top_paths", top) { $0.object($1) }
    }
}

/// Ranks whole paths by how many sessions took them; of equally frequent ones the smaller text first.
public func topPaths(
    _ journeys: DataStream<Journey>, in window: WindowKind<Journey> = .global, depth: Int = 15
) -> DataStream<TopPaths> {
    journeys
        .keyed(by: \.path)
        .window(window)
        .aggregate(.count(), name: "paths")
        .acrossKeys(
            .all(.sum(\.value), .count(), .top(depth, by: \.value, thenBy: \.key)),
            name: "top-paths"
        )
        .map { paths in
            let (sessions, distinct, top) = paths.value
            return TopPaths(
                sessions: sessions, distinctPaths: distinct,
                top: top.map { TopPaths.PathCount(path: $0.key, sessions: $0.value) })
        }
}
