import Millrace
import Topologies

/// The live views of products.
func liveProducts(_ events: DataStream<ShopEvent>, _ configuration: ShopConfiguration) {
    browsingHistories(views(events), name: "history").forEach(name: "histories") { _, _ in }
}
