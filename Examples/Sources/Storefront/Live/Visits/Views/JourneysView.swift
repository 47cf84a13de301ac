public import Millrace

/// How far visitors came in each funnel in the last 24 hours.
public struct FunnelsView: Sendable, Equatable, JSONEncodableRecord {
    public var funnels: [FunnelFigures]

    public func encode(to json: inout JSONWriter) {
        json.field("funnels", funnels) { $0.object($1) }
    }
}

/// How many users, or users and products, reached each step of a funnel.
public struct FunnelFigures: Sendable, Equatable, JSONEncodableRecord {
    public var funnel: Funnel
    /// As many as the funnel has steps.
    public var counts: [Int]

    public func encode(to json: inout JSONWriter) {
        json.field("name", funnel.name)
        json.field("scope", funnel.scope == .user ? "user" : "user_and_product")
        json.field("limit_ms", funnel.limit.wholeMillis)
        let first = Double(max(1, counts.first ?? 0))
        json.field("steps", zip(funnel.steps, counts)) {
            $0.object(Row(step: $1.0.label, count: $1.1, rate: Double($1.1) / first))
        }
    }

    private struct Row: JSONEncodableRecord {
        var step: String
        var count: Int
        var rate: Double

        func encode(to json: inout JSONWriter) {
            json.field("step", step)
            json.field("count", count)
            json.field("rate", rate)
        }
    }
}

/// How visitors went through the shop in the last 24 hours, most frequent first; without bots.
public struct JourneysView: Sendable, Equatable, JSONEncodableRecord {
    /// From one event type to the next.
    public var transitions: [TransitionCount]
    /// From one page, or product, to the next.
    public var pages: [TransitionCount]
    /// The whole paths of sessions that are over.
    public var paths: [Path]

    public struct Path: Sendable, Equatable, JSONEncodableRecord {
        public var path: [String]
        public var count: Int

        public func encode(to json: inout JSONWriter) {
            json.field("path", path) { $0.value($1) }
            json.field("count", count)
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.field("transitions", transitions) { $0.object($1) }
        json.field("pages", pages) { $0.object($1) }
        json.field("paths", paths) { $0.object($1) }
    }
}
