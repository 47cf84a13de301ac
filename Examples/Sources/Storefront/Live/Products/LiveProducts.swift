import Millrace
import Topologies

/// The live views of products, each of which takes events in any order.
func liveProducts(_ events: DataStream<ShopEvent>, _ configuration: ShopConfiguration) {
    liveHistories(events)
    liveRankings(events.filter(name: "public-events") { $0.type.isPublic }, configuration)
    liveBestSellers(events)
    liveSimilarities(events, options: configuration.similarity)
}
