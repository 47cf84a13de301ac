public import Millrace
import Topologies

/// What is looked at, clicked and put into carts most.
public struct RankingsView: Sendable, Equatable, JSONEncodableRecord {
    /// The time of the newest event, or the end of the minute that was asked for.
    public var asOf: Timestamp
    /// By views in the last hour.
    public var trending: [Trend]
    /// By views in the last 24 hours.
    public var pages: [Page]
    /// By additions to carts in the last 24 hours.
    public var carted: [Carted]

    public struct Trend: Sendable, Equatable, JSONEncodableRecord {
        /// From 1.
        public var rank: Int
        public var product: CatalogueProduct
        public var views: Int
        /// The views, each weighed by its age where they decay.
        public var score: Double
        /// The rank five minutes before; `nil` if it was not among the first then.
        public var previousRank: Int?

        public func encode(to json: inout JSONWriter) {
            json.field("rank", rank)
            product.encode(to: &json)
            json.field("views", views)
            json.field("score", score)
            if let previousRank {
                json.field("previous_rank", previousRank)
            } else {
                json.null("previous_rank")
            }
        }
    }

    public struct Page: Sendable, Equatable, JSONEncodableRecord {
        public var page: String
        public var views: Int
        public var clicks: Int

        public func encode(to json: inout JSONWriter) {
            json.field("page", page)
            json.field("views", views)
            json.field("clicks", clicks)
        }
    }

    public struct Carted: Sendable, Equatable, JSONEncodableRecord {
        public var product: CatalogueProduct
        public var additions: Int
        /// How many different users added it.
        public var users: Int

        public func encode(to json: inout JSONWriter) {
            product.encode(to: &json)
            json.field("additions", additions)
            json.field("users", users)
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.time("as_of", asOf)
        encodeFields(to: &json)
    }

    /// The rankings alone, for an object that says itself when they are from.
    public func encodeFields(to json: inout JSONWriter) {
        json.field("trending", trending) { $0.object($1) }
        json.field("popular_pages", pages) { $0.object($1) }
        json.field("most_carted", carted) { $0.object($1) }
    }
}
